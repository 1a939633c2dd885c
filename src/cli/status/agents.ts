// The agents of this user on this machine: each answers at a socket named by its pid. What the dead left is swept away.
import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { askGateway } from '../../admin/client.ts';
import type { TunnelError } from '../../contract/errors.ts';
import type { AgentReport } from '../agent/report.ts';

/** An agent that is there and did not answer in time. */
export interface SilentAgent {
  readonly pid: number;
  readonly state: 'silent';
}

const SOCKET = /^(\d+)\.sock$/;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Undefined: nobody is there. A socket is taken away only when nobody listens and its maker is dead: one alone may be chance. */
async function ask(path: string, pid: number, withinMs: number): Promise<AgentReport | SilentAgent | undefined> {
  const signal = AbortSignal.timeout(withinMs);
  try {
    return (await askGateway(path, 'GET', '/status', undefined, signal)).body as AgentReport;
  } catch (error) {
    if (signal.aborted) return { pid, state: 'silent' };
    const { code } = (error as TunnelError).cause as NodeJS.ErrnoException;
    if (code === 'ECONNREFUSED' && !isAlive(pid)) await unlink(path).catch(() => {});
    return undefined;
  }
}

/** Asks all at once, each for `withinMs` at most; by age of their pids. A directory that is not there, or not ours, has none. */
export async function askAgents(
  directories: readonly string[],
  withinMs: number,
): Promise<readonly (AgentReport | SilentAgent)[]> {
  const found = await Promise.all(
    [...new Set(directories)].map(async (directory) =>
      (await readdir(directory).catch(() => [])).flatMap((name) => {
        const pid = SOCKET.exec(name)?.[1];
        return pid === undefined ? [] : [{ path: join(directory, name), pid: Number(pid) }];
      }),
    ),
  );
  const sorted = found.flat().sort((a, b) => a.pid - b.pid);
  const answers = await Promise.all(sorted.map(({ path, pid }) => ask(path, pid, withinMs)));
  return answers.filter((answer) => answer !== undefined);
}
