import { expect, it } from 'vitest';
import { Shell } from './shell.ts';

const shell = new Shell();

it('runs one command after the other, and says what each printed', async () => {
  const said = ['echo one', 'true', 'printf "two\\nthree\\n"'].map((command) => shell.run(command));
  expect(await Promise.all(said)).toEqual(['one\n', '', 'two\nthree\n']);
});

it('rejects what ends with another status than 0, and goes on', async () => {
  await expect(shell.run('echo no; false')).rejects.toThrow('status 1: no');
  expect(await shell.run('echo yes')).toBe('yes\n');
});
