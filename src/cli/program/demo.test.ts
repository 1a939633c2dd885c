// `make run`: what the first command of the README shows, and what it leaves behind.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { ROOT, World } from './program.testkit.ts';

const world = new World();
afterAll(() => world.close());

/** Processes whose environment names this world, the demonstration among them. */
function processes(): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => environment(pid).includes(world.folder)).map(Number);
}

function environment(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

const listens = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.unref();
  });

it('prints the URL and a curl line that works, and Ctrl-C leaves no process, port or file', async () => {
  const demo = world.start('demo', process.execPath, [`${ROOT}/bin/demo.js`], { TMPDIR: world.makeFolder('tmp') });
  const [, line] = await demo.line(/^ {2}(curl .*)\n/m);
  const url = new URL(/^ {2}(http:\S+)\n/m.exec(demo.stdout)![1]!);
  expect((await promisify(execFile)('sh', ['-c', line!])).stdout).toContain('It works');
  expect(processes()).toHaveLength(4);
  expect(await demo.stop('SIGINT')).toBe(0);
  expect(processes()).toEqual([]);
  expect(await listens(Number(url.port))).toBe(false);
  expect(readdirSync(world.path('tmp'))).toEqual([]);
  expect(demo.stderr).not.toMatch(/warning|error|TK-/i);
});

it('stops cleanly when told before it is ready', async () => {
  const demo = world.start('demo', process.execPath, [`${ROOT}/bin/demo.js`], { TMPDIR: world.makeFolder('tmp') });
  await demo.line(/gateway/);
  expect(await demo.stop('SIGINT')).toBe(0);
  // What was told to end may take a moment; what was not told never does.
  while (processes().length > 0) await new Promise((resolve) => setImmediate(resolve));
});
