// Exit statuses as data: what each number means, for --help, the man pages and whoever writes a script.

export const EXITS: ReadonlyMap<number, string> = new Map([
  [0, 'done, or stopped by a signal'],
  [1, 'failed at run time'],
  [2, 'wrong usage'],
  [3, 'wrong configuration'],
  [4, 'refused (token, pin, version)'],
  [5, 'gateway unreachable'],
  [6, 'local service unreachable, with --require-origin'],
  [7, 'name or port taken, or replaced by another agent'],
  [8, 'permission needed'],
  [70, 'a defect of tunnelkit'],
  [99, 'a threshold of bench was missed, or the baseline was faster'],
  [124, 'not ready in the time given'],
  [130, 'forced by a second Ctrl-C'],
  [143, 'forced by a second SIGTERM'],
]);
