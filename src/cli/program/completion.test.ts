// The completion scripts in real shells; PowerShell's is checked in completion/powershell.test.ts, by its shape.
import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERRORS } from '../../contract/errors.ts';
import { COMMANDS } from '../commands.ts';
import { offeredBy, SHELLS, writeScripts } from './completion.testkit.ts';
import { World } from './program.testkit.ts';

const world = new World();

beforeAll(async () => {
  await writeScripts(world);
  const { ready } = await world.serve();
  for (const name of ['home', 'vps', '$(touch caught)'])
    expect(await world.tunnelkit(['login', ready.join, '--as', name]).exit).toBe(0);
  world.makeFolder('folder');
  writeFileSync(world.path('full chain.pem'), '');
});
afterAll(() => world.close());

const built = COMMANDS.filter(({ later }) => !later).map(({ name }) => name);

const CASES: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['tunnelkit ', built],
  ['tunnelkit ex', ['explain', 'expose']],
  ['tunnelkit --log-level debug exp', ['explain', 'expose']],
  ['tunnelkit --log-level ', ['debug', 'error', 'info', 'trace', 'warn']],
  ['tunnelkit expose --tr', ['--transport']],
  ['tunnelkit expose 3000 --name app --ta', ['--take-over']],
  ['tunnelkit expose --host-header rewrite --transport w', ['ws']],
  ['tunnelkit expose --gateway ', ['home', 'vps']],
  ['tunnelkit expose f', ['folder']],
  ['tunnelkit expose 3000 ', []],
  ['tunnelkit serve --domain ', []],
  ['tunnelkit serve --cert fu', ['full chain.pem']],
  ['tunnelkit serve --data-dir f', ['folder']],
  ['tunnelkit token ', ['create', 'list', 'revoke']],
  ['tunnelkit names --data-dir serve re', ['release']],
  ['tunnelkit explain TK-200', Object.keys(ERRORS).filter((code) => code.startsWith('TK-200'))],
  ['tunnelkit help env', ['environment']],
  ['tunnelkit completion ', ['bash', 'fish', 'powershell', 'zsh']],
];

describe.each(SHELLS)('completion in %s', (shell) => {
  it.each(CASES)('of "%s"', (line, offered) => {
    const words = offeredBy(shell, world, line);
    // Where there is nothing else to offer, zsh offers the options.
    expect(offered.length > 0 ? words : words.filter((word) => !word.startsWith('-'))).toEqual(offered.toSorted());
  });
});

describe('completion', () => {
  it('takes an option and its value in one word in bash, which makes three of it', () => {
    expect(offeredBy('bash', world, 'tunnelkit expose --transport=w')).toEqual(['ws']);
    expect(offeredBy('bash', world, 'tunnelkit expose --transport=ws --ta')).toEqual(['--take-over']);
  });

  it('offers every option of every command', () => {
    for (const { name, options } of COMMANDS.filter(({ later }) => !later)) {
      const flags = options.flatMap((row) => (row.later ? [] : [`--${row.name}`]));
      expect(offeredBy('bash', world, `tunnelkit ${name} --`)).toEqual(expect.arrayContaining(flags));
    }
  });

  it('lets no shell run what somebody called a gateway', () => {
    expect(existsSync(world.path('caught'))).toBe(false);
  });

  it('refuses a shell that it does not know as a usage error', async () => {
    const running = world.tunnelkit(['completion', 'tcsh']);
    expect(await running.exit).toBe(2);
    expect(running.stderr).toContain('bash, zsh, fish, powershell, not "tcsh"');
  });
});
