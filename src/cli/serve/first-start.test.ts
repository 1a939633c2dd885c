// X44: fifty gateways start at once with one new folder, in five processes. Whoever gets in makes what is not there yet, once.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const CHILD = fileURLToPath(new URL('./first-start.child.testkit.ts', import.meta.url));
const PROCESSES = 5;
const IN_EACH = 10;

const folder = mkdtempSync(join(tmpdir(), 'tunnelkit-first-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function start(): { child: ChildProcess; lines: AsyncIterator<string> } {
  const child = spawn(process.execPath, [CHILD, join(folder, 'data'), `${IN_EACH}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  return { child, lines: createInterface({ input: child.stdout! })[Symbol.asyncIterator]() };
}

async function rest(lines: AsyncIterator<string>): Promise<string[]> {
  const all: string[] = [];
  for (let next = await lines.next(); !next.done; next = await lines.next()) all.push(next.value);
  return all;
}

it('makes one key, one authority and one token for all of them', async () => {
  const started = Array.from({ length: PROCESSES }, start);
  for (const { lines } of started) expect((await lines.next()).value).toBe('ready');
  for (const { child } of started) child.stdin!.write('go\n');
  const found = (await Promise.all(started.map(({ lines }) => rest(lines)))).flat();
  expect(found).toHaveLength(PROCESSES * IN_EACH);
  expect(new Set(found).size).toBe(1);
  expect(JSON.parse(found[0]!)).toMatchObject({ token: expect.stringMatching(/^tkt_/), tokens: 1 });
});
