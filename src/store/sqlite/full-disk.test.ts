import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limitValues } from '../../contract/limits.ts';
import { openStore } from './store.ts';

const CHILD = fileURLToPath(new URL('./child.testkit.ts', import.meta.url));
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tk-full-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Runs the child after `preparation` in one shell; `where`: how the shell itself is started. */
function run(where: readonly string[], preparation: string, job: string, argument: string): string[] {
  const script = `${preparation} && exec "$@"`;
  const node = [process.execPath, CHILD, job, join(directory, 'tunnelkit.db'), argument];
  const [command, ...rest] = [...where, 'sh', '-c', script, 'sh', ...node];
  const { stdout, stderr, status } = spawnSync(command!, rest, { encoding: 'utf8', timeout: 30_000 });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.trim().split('\n');
}

/** A mount namespace takes the small disk away with the process. Root has one by itself, others through a user namespace. */
const NAMESPACES = [
  ['unshare', '-m'],
  ['unshare', '-rm'],
];
const probe = 'mount -t tmpfs -o size=256k tmpfs /tmp';
const namespace = NAMESPACES.find(
  ([command, ...rest]) => spawnSync(command!, [...rest, 'sh', '-c', probe]).status === 0,
);

/** What the two kinds of full have in common: the cause is named, and nothing that was acknowledged is gone. */
function expectFullAndWhole(lines: readonly string[]): void {
  expect(lines[0]).toBe('first TK-8002');
  expect(lines.filter((line) => line.startsWith('lost'))).toEqual([]);
  expect(Number(/^kept (\d+)$/.exec(lines.at(-1)!)?.[1])).toBeGreaterThan(10);
}

describe('the database on a full disk', () => {
  it('says TK-8002 where a file may not grow, and keeps what it acknowledged', async () => {
    expectFullAndWhole(run([], 'ulimit -f 200', 'fill', ''));
    const store = await openStore(join(directory, 'tunnelkit.db'), limitValues());
    expect(await store.settings.get('key 0')).toBe('x'.repeat(400));
    await store.settings.set('after', 'there is room again');
    await store.close();
  });

  it('says TK-8002 when it cannot even be made', () => {
    // One block of 512 bytes: less than SQLite's first page.
    const where = join(directory, 'tunnelkit.db');
    const code = `import { openStore } from ${JSON.stringify(new URL('./store.ts', import.meta.url).href)};
      await openStore(${JSON.stringify(where)}, { storeLockMs: 100, holdingQuarantineMs: 0 })
        .catch((error) => process.exit(error.code === 'TK-8002' ? 42 : 1));`;
    const child = ['ulimit -f 1 && exec "$@"', 'sh', process.execPath, '--input-type=module', '-e', code];
    expect(spawnSync('sh', ['-c', ...child], { timeout: 30_000 }).status).toBe(42);
  });

  if (namespace) {
    const small = `mount -t tmpfs -o size=384k tmpfs "$(dirname "$4")"`;

    it('says TK-8002, goes on when there is room again, and keeps what it acknowledged', () => {
      const lines = run(namespace, small, 'fill', 'ballast');
      expectFullAndWhole(lines);
      expect(lines).toContain('goes on');
    });

    it('says TK-8002 when it is opened there, and opens when there is room', () => {
      expect(run(namespace, small, 'openFull', '')).toEqual(['ballast ENOSPC', 'TK-8002', 'opened']);
    });
  }
});
