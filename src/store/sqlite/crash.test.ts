import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limitValues } from '../../contract/limits.ts';
import { openStore } from './store.ts';

const CHILD = fileURLToPath(new URL('./child.testkit.ts', import.meta.url));
let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tk-crash-'));
  file = join(directory, 'tunnelkit.db');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function start(job: string, argument: string): { child: ChildProcess; lines: AsyncIterator<string> } {
  const child = spawn(process.execPath, [CHILD, job, file, argument], { stdio: ['pipe', 'pipe', 'inherit'] });
  return { child, lines: createInterface({ input: child.stdout! })[Symbol.asyncIterator]() };
}

describe('the database', () => {
  it('gives fifty processes that start at once the same first value', async () => {
    const children = Array.from({ length: 50 }, (_, n) => start('bootstrap', `value ${n}`));
    for (const { lines } of children) expect((await lines.next()).value).toBe('ready');
    for (const { child } of children) child.stdin!.write('go\n');
    const values = await Promise.all(children.map(async ({ lines }) => (await lines.next()).value as string));
    expect(new Set(values).size).toBe(1);
    expect(values[0]).toMatch(/^value \d+$/);
  });

  it('has everything it acknowledged before kill -9, six times over', async () => {
    for (let round = 0; round < 6; round++) {
      const { child, lines } = start('write', `round ${round}`);
      const acknowledged: string[] = [];
      // Another number of writes each round, so that the kill falls elsewhere in the log and its checkpoints.
      while (acknowledged.length < 3 + round * 61) acknowledged.push((await lines.next()).value as string);
      child.kill('SIGKILL');
      for (let line = await lines.next(); !line.done; line = await lines.next()) acknowledged.push(line.value);
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');

      const store = await openStore(file, limitValues());
      const missing = [];
      for (const key of acknowledged) if ((await store.settings.get(key)) === undefined) missing.push(key);
      expect(missing).toEqual([]);
      await store.close();
    }
  });
});
