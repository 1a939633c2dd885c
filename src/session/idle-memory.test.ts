import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('an idle stream costs its session less than 2 KiB beside its pipe', async () => {
  const program = join(import.meta.dirname, 'idle-memory.testkit.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program]);
  console.log(`memory of idle streams: ${stdout.trim()}`);
  const { streams, bytesPerStreamAndSide } = JSON.parse(stdout);
  expect(streams).toBe(1_000);
  expect(bytesPerStreamAndSide).toBeGreaterThan(100);
  expect(bytesPerStreamAndSide).toBeLessThan(2_048);
});
