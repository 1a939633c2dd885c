// 5xxx: what the user wrote. Only add; never renumber.
import type { ErrorRow } from './row.ts';

export const CONFIG = {
  'TK-5001': { what: 'The configuration cannot be read.', todo: 'Check the path and the rights of the file.', exit: 3 },
  'TK-5002': { what: 'The configuration is not right.', todo: 'Correct the line or option named above.', exit: 3 },
  'TK-5003': {
    what: 'The join link is not right.',
    todo: 'Copy it whole; it begins with tk:// and holds a token and a pin.',
    more: 'Shells read & and ? themselves: put the link in quotes, or give it on stdin with `tunnelkit login -`.',
    exit: 3,
  },
  'TK-5004': {
    what: 'The gateway is not known.',
    todo: 'Run `tunnelkit login LINK` with the link your gateway printed, or start one here with `tunnelkit serve`.',
    more: 'A gateway is looked for in --gateway, TUNNELKIT_GATEWAY, the configuration file, the last login, and the data directory of this user on this machine, in this order.',
    exit: 3,
  },
  'TK-5005': {
    what: 'The usage is not right.',
    todo: 'See `tunnelkit --help` or `tunnelkit COMMAND --help`.',
    exit: 2,
  },
  'TK-5006': {
    what: 'No gateway runs here with this data directory.',
    todo: 'Start it with `tunnelkit serve`, or name its data directory with `--data-dir`.',
    more: 'Commands for the gateway of this machine ask it through a socket in its data directory, which only its own user may open.',
    exit: 5,
  },
  'TK-5007': {
    what: 'The token is not right.',
    todo: 'Copy it whole; it begins with tkt_ and has 52 characters.',
    exit: 3,
  },
  'TK-5008': {
    what: 'Neither a gateway nor an agent of yours runs on this machine.',
    todo: "Start one with `tunnelkit serve` or `tunnelkit expose 3000`; for another user's, ask as that user or as root.",
    exit: 5,
  },
} as const satisfies Record<string, ErrorRow>;
