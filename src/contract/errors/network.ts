// 4xxx: the ways between machines. Only add; never renumber.
import type { ErrorRow } from './row.ts';

export const NETWORK = {
  'TK-4001': {
    what: 'The gateway cannot be reached.',
    todo: 'Check that it runs and that its port is open from here.',
    more: 'No transport made a connection: the gateway is not running, a firewall is in between, or the port belongs to something else. `tunnelkit doctor` tries each step alone and says which one fails.',
    exit: 5,
  },
  'TK-4002': { what: 'The name of the gateway cannot be resolved.', todo: 'Check its spelling and your DNS.', exit: 5 },
  'TK-4003': {
    what: 'The connection to the gateway was lost.',
    todo: 'Nothing: it is tried again by itself.',
    more: 'The agent comes back by itself, with the same URL, after a pause that grows to half a minute or so. Requests under way were cut, visibly.',
  },
  'TK-4004': {
    what: 'The proxy refused to connect to the gateway.',
    todo: 'Check HTTPS_PROXY, its user and password, and what it allows.',
    more: 'HTTPS_PROXY names a proxy for this gateway, and no connection is tried without it. NO_PROXY takes hosts out.',
    exit: 5,
  },
  'TK-4005': {
    what: 'The address is in use.',
    todo: 'Stop the program that uses it, or choose another address.',
    exit: 7,
  },
  'TK-4006': {
    what: 'Listening at this address is not permitted.',
    todo: 'Run as root, give the capability net_bind_service, or choose a port above 1023.',
    exit: 8,
  },
  'TK-4007': { what: 'Too many agents are connecting; try later.', todo: 'Nothing: it is tried again by itself.' },
  'TK-4008': {
    what: 'It was not ready in the time given.',
    todo: 'Raise `--wait`, or see the messages above for the reason.',
    exit: 124,
  },
  'TK-4009': {
    what: 'The peer broke the protocol.',
    todo: 'Install the same version of tunnelkit on both machines; report it if it stays.',
    exit: 1,
  },
  'TK-4010': {
    what: 'Not everything could be measured.',
    todo: 'See the reason; `tunnelkit bench SCENARIO` measures a scenario alone.',
    exit: 1,
  },
  'TK-4011': {
    what: 'The clocks of this machine and of the gateway disagree.',
    todo: 'Set the one that is wrong, best by NTP: `timedatectl set-ntp true`.',
    more: 'Links hold all the same. Certificates are judged by the clock, though: one that is new, or about to end, is refused by a machine whose clock is wrong.',
  },
  'TK-4012': {
    what: 'The domain does not lead to this machine.',
    todo: 'Point the domain and everything under it (`*`) here, with A and AAAA records. Behind a NAT that forwards the ports all is well.',
    more: 'Visitors go where the DNS leads them, and a certificate authority asks there too.',
  },
  'TK-4013': {
    what: 'The WebSocket path of the gateway is closed.',
    todo: 'Let what stands before the gateway pass /.tunnelkit/link through as a WebSocket.',
    more: 'Networks that let only web traffic out, and reverse proxies, leave agents no other way than a WebSocket at this path.',
    exit: 5,
  },
} as const satisfies Record<string, ErrorRow>;
