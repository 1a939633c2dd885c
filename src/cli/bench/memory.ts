// Memory of other processes, as the system counts it.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const KIB = 1_024;

async function one(pid: number): Promise<number> {
  if (process.platform === 'linux') {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)![1]) * KIB;
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) * KIB;
}

/** Bytes in memory of all of them together. */
export async function residentBytes(pids: readonly number[]): Promise<number> {
  const each = await Promise.all(pids.map(one));
  return each.reduce((sum, bytes) => sum + bytes, 0);
}
