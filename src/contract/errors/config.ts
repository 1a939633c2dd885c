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
  'TK-5009': {
    what: 'A bench threshold was missed.',
    todo: 'See what made it slower, or set a bound that this machine can keep; the report says how sure the figure is.',
    more: 'A figure that could not be measured misses its threshold too.',
    exit: 99,
  },
  'TK-5010': {
    what: 'The tunnel is slower than in the baseline.',
    todo: 'See what changed since; to accept it, keep the JSON of this run as the new baseline.',
    more: 'Ratios to the direct path are compared, not absolute numbers. A regression is more than 5% and outside both intervals; whatever is less sure is called inconclusive and does not fail.',
    exit: 99,
  },
  'TK-5011': {
    what: 'The baseline cannot be used.',
    todo: 'Make it anew with `tunnelkit bench --json FILE`, of this version of tunnelkit.',
    more: 'A baseline is the JSON of an earlier run. Fields that are not known are ignored; another version of the format is refused.',
    exit: 3,
  },
  'TK-5012': {
    what: 'This machine gives a process little room.',
    todo: 'Raise the bound that is named.',
    more: 'Everything works until it is hit. Then new visitors wait or are turned away.',
  },
  'TK-5013': {
    what: 'No systemd runs here, or it cannot be asked.',
    todo: "Start `tunnelkit serve` or `tunnelkit connect` by whatever manages this machine's services; with --user, from a login of that user.",
    exit: 1,
  },
  'TK-5014': {
    what: 'The unit of the service cannot be written.',
    todo: 'Run it as root (sudo), or with --user for a service of your own.',
    exit: 8,
  },
  'TK-5015': {
    what: 'A unit of this name is there that was not made by `tunnelkit service`.',
    todo: 'Take it away or give it another name first; nothing was changed.',
    exit: 7,
  },
  'TK-5016': {
    what: 'systemd did not do what was asked.',
    todo: 'See `tunnelkit service status`, and the log by `journalctl --unit tunnelkit-serve` (or tunnelkit-connect).',
    exit: 1,
  },
  'TK-5017': {
    what: 'The user that the service runs as cannot read what it needs.',
    todo: 'Put it where everybody may read it (the program in /usr/local/bin, say), or make a system user called tunnelkit that may.',
    exit: 8,
  },
  'TK-5018': {
    what: 'The gateway of this machine is of another version than this program.',
    todo: 'Start it anew, and it is of this version; agents come back by themselves.',
    more: 'A program that was replaced runs on as it was until it is started anew: `systemctl restart tunnelkit-serve`, where it is a service.',
  },
  'TK-5019': {
    what: 'Node, or a part of it, is older than is safe.',
    todo: 'Use the single executable, or the Node that npm brings along; or raise Node to the newest release of its line.',
    more: 'Each floor is the first version that is known to have the fixes a program needs that strangers talk to. `tunnelkit doctor` shows them all.',
    exit: 1,
  },
} as const satisfies Record<string, ErrorRow>;
