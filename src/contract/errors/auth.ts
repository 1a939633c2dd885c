// 1xxx: who may come in, and as whom. Only add; never renumber.
import type { ErrorRow } from './row.ts';

export const AUTH = {
  'TK-1001': {
    what: 'The gateway refused the token.',
    todo: 'Make a new join link on the gateway with `tunnelkit token create`, then `tunnelkit login LINK` here.',
    more: 'A token is made by the gateway and known to it alone. It is refused when it was made by another gateway, or when the data directory of the gateway was replaced since.',
    exit: 4,
  },
  'TK-1002': {
    what: 'The gateway is not the one this link was made for.',
    todo: 'Do not go on unless the gateway was set up anew. Then take the new join link from its operator.',
    more: "A join link carries the pin of the gateway's identity key. Who answered at this address holds another key: the gateway was set up anew with an empty data directory, the address now belongs to another machine, or somebody stands in between. Nothing of the token was sent.",
    exit: 4,
  },
  'TK-1003': {
    what: 'This gateway speaks no protocol version that this agent knows.',
    todo: 'Install the same version of tunnelkit on both machines.',
    exit: 4,
  },
  'TK-1004': {
    what: 'The token does not allow this name or port.',
    todo: 'Ask the operator for a token with `--names` or `--ports` that cover it, or choose another.',
    exit: 4,
  },
  'TK-1005': { what: 'The name belongs to another account.', todo: 'Choose another name with `--name`.', exit: 7 },
  'TK-1006': {
    what: 'The port belongs to another account or is in use.',
    todo: 'Choose another port with `--port`, or leave it out to get a free one.',
    exit: 7,
  },
  'TK-1007': {
    what: 'Another agent of this account is running this exposure.',
    todo: 'Stop that agent, take the exposure over with `--take-over`, or share it: all with `--pool`.',
    more: 'An exposure is taken over at once by the agent that has its key; another agent of the same account must say that it means to. Agents share an exposure, each with a key of its own, when all of them ask for it and protect it alike.',
    exit: 7,
  },
  'TK-1008': {
    what: 'This agent was replaced by a newer one with the same key.',
    todo: 'Run only one agent for each exposure; this one stays stopped.',
    more: 'Agents are told apart by the key in the configuration directory. A copy of that directory, as in a cloned machine or a container image, makes two agents with one key.',
    exit: 7,
  },
  'TK-1009': {
    what: 'The visitor must give a user name and a password.',
    todo: 'Ask whoever shares this address for them.',
    status: 401,
  },
  'TK-1010': {
    what: 'Visitors from this address are not allowed.',
    todo: 'Ask whoever shares this address to add your network with `--allow-ip`.',
    status: 403,
  },
  'TK-1011': { what: 'The token was revoked.', todo: 'Ask the operator of the gateway for a new join link.', exit: 4 },
  'TK-1012': {
    what: 'The gateway is not known yet, and its certificate is not trusted.',
    todo: 'Use the join link the gateway printed (it carries a pin), or give the gateway a certificate.',
    more: "Without a pin an agent trusts a gateway only by a certificate that an authority of this machine vouches for. The gateway's own authority is not one of them.",
    exit: 4,
  },
  'TK-1013': {
    what: 'This agent has too many exposures.',
    todo: 'Spread them over several agents.',
    exit: 7,
  },
  'TK-1014': {
    what: 'The admin listener wants its own token.',
    todo: "Make one with `tunnelkit token create --admin` on the gateway's machine, and send it as a bearer.",
    status: 401,
  },
  'TK-1015': {
    what: 'Too many wrong admin tokens came from this address.',
    todo: 'Wait a minute, then send the right one.',
    status: 429,
  },
  'TK-1016': {
    what: 'A web page may not use the admin listener.',
    todo: 'Open it directly, by the address it listens on.',
    status: 403,
  },
  'TK-1017': {
    what: 'Too many wrong passwords came from this address.',
    todo: 'Wait a minute, then give the right one.',
    more: 'Whoever shares the address shares its tries: behind a proxy of yours that is every visitor, unless the gateway knows the proxy by `--trusted-proxy`.',
    status: 429,
  },
} as const satisfies Record<string, ErrorRow>;
