// Is this process in its terminal's foreground? One started with `&` would be stopped by changing the terminal's mode, and would draw over the shell.
import { readFileSync } from 'node:fs';

/** From `/proc/PID/stat`: the process group, and the terminal's foreground group (proc(5)). */
export function isForeground(stat: string): boolean {
  // The name, in parentheses, may hold blanks and parentheses itself.
  const [, , group, , , terminalGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(terminalGroup) <= 0 || group === terminalGroup;
}

/** True where it cannot be known. */
export function inForeground(): boolean {
  try {
    return isForeground(readFileSync('/proc/self/stat', 'latin1'));
  } catch {
    return true;
  }
}
