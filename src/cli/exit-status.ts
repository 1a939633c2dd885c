/** What the program's exit statuses say, in a few words. Which fault ends with which stands in the table of faults. */
export const EXIT_STATUS: Readonly<Record<number, string>> = {
  0: 'done, or stopped by a signal',
  1: 'failed at run time',
  2: 'usage',
  3: 'configuration',
  4: 'refused',
  5: 'gateway unreachable',
  6: 'local service unreachable',
  7: 'name or port taken, or replaced',
  8: 'permission needed',
  70: 'a defect',
  99: 'a bench threshold failed',
  124: 'not ready in time',
  130: 'forced by SIGINT',
  143: 'forced by SIGTERM',
};
