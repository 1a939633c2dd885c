// 8xxx: what is kept on disk. Only add; never renumber.
import type { ErrorRow } from './row.ts';

export const STORAGE = {
  'TK-8001': {
    what: 'The data directory cannot be written.',
    todo: 'Check its rights, or choose another with `--data-dir`.',
    exit: 8,
  },
  'TK-8002': { what: 'The disk is full.', todo: 'Free some space; nothing was lost.', exit: 1 },
  'TK-8003': {
    what: 'The database cannot be read.',
    todo: 'Restore it from a copy, or move it away to begin anew.',
    more: 'The database in the data directory holds tokens, names and ports. Without it every agent needs a new join link; the identity key beside it keeps its pin.',
    exit: 1,
  },
  'TK-8004': {
    what: 'The database is locked by another program.',
    todo: 'End that program, then try again.',
    more: 'One gateway at a time may use a data directory.',
    exit: 1,
  },
  'TK-8005': {
    what: 'The file cannot be written.',
    todo: 'Check that its directory exists and may be written, or choose another.',
    exit: 1,
  },
  'TK-8006': {
    what: 'Others may read the secrets of the data directory.',
    todo: 'Take their rights away: the directory 0700, its files 0600.',
    more: 'Whoever reads the identity key can stand in for the gateway; whoever reads the join link can publish.',
  },
  'TK-8007': {
    what: 'The disk is nearly full.',
    todo: 'Free some space before it is.',
    more: "The gateway's database is small, but it has to grow a little with every name and token; a full disk stops that.",
  },
} as const satisfies Record<string, ErrorRow>;
