import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { limitValues } from '../../contract/limits.ts';
import { answerStatus } from '../agent/status-socket.ts';
import { askAgents } from './agents.ts';

const limits = limitValues();
const LONG_MS = 30_000;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'agents-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const socketOf = (directory: string, pid: number) => join(directory, `${pid}.sock`);

/** A process that listened at the socket named by its pid, and was killed. */
async function dieListening(directory: string): Promise<number> {
  const code = `require('net').createServer().listen(process.argv[1] + '/' + process.pid + '.sock', () => console.log('x'))`;
  const child = spawn(process.execPath, ['-e', code, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  return child.pid!;
}

describe('the agents of this machine', () => {
  it('answer at sockets that only their own user can open', async () => {
    const directory = join(folder(), 'run');
    const path = socketOf(directory, process.pid);
    await answerStatus(path, async () => ({ pid: process.pid, state: 'connected' }), limits);
    expect(await askAgents([directory, directory], LONG_MS)).toEqual([{ pid: process.pid, state: 'connected' }]);
    expect([statSync(directory).mode & 0o777, statSync(path).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  it('are swept away when they were killed', async () => {
    const directory = folder();
    const pid = await dieListening(directory);
    expect(existsSync(socketOf(directory, pid))).toBe(true);
    expect(await askAgents([directory], LONG_MS)).toEqual([]);
    expect(existsSync(socketOf(directory, pid))).toBe(false);
  });

  it('take over the socket of a dead process that had their pid', async () => {
    const directory = folder();
    const path = socketOf(directory, process.pid);
    const bind = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', bind, path]);
    expect(existsSync(path)).toBe(true);
    expect(await askAgents([directory], LONG_MS)).toEqual([]);
    expect(existsSync(path), 'whose pid is alive').toBe(true);
    await answerStatus(path, async () => 'back', limits);
    expect(await askAgents([directory], LONG_MS)).toEqual(['back']);
  });

  it('are silent when they do not answer in time, and hold up nobody else', async () => {
    const directory = folder();
    const server = createServer(() => {}).listen(socketOf(directory, 1));
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    await answerStatus(socketOf(directory, process.pid), async () => 'here', limits);
    expect(await askAgents([directory], 200)).toEqual([{ pid: 1, state: 'silent' }, 'here']);
  });

  it('are none where the directory is missing, or holds something else', async () => {
    const directory = folder();
    await answerStatus(join(directory, 'x.sock'), async () => 'not by pid', limits);
    expect(await askAgents([join(directory, 'none'), directory], LONG_MS)).toEqual([]);
  });
});
