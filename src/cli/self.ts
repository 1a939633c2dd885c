// How this program starts itself again: from the launcher, from the bundle, or as the single executable, where the program is its own Node.
// Knows nothing of what the child does.
import { type ChildProcess, spawn } from 'node:child_process';
import { isSea } from 'node:sea';
import { AS_CHILD } from './child.ts';

export interface SelfOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The command line of this program with `args`. */
export function selfCommand(args: readonly string[]): readonly [program: string, args: readonly string[]] {
  if (isSea()) return [process.execPath, args];
  return [process.execPath, [...process.execArgv, process.argv[1]!, ...args]];
}

/**
 * Starts a child that ends with this process, however this one ends: `child.ts` waits for the end of the IPC channel. It has a process
 * group of its own, so that Ctrl-C reaches only this process, which then stops its children in order.
 */
export function startSelf(args: readonly string[], options: SelfOptions): ChildProcess {
  const [program, all] = selfCommand([AS_CHILD, ...args]);
  return spawn(program, all, {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
    windowsHide: true,
  });
}
