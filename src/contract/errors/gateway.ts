// 3xxx: the gateway and its visitors. Only add; never renumber.
import type { ErrorRow } from './row.ts';

export const GATEWAY = {
  'TK-3001': {
    what: 'Nothing is published under this name.',
    todo: 'Check the address; names end when their owner releases them.',
    more: 'The request reached the gateway, but under a name that no agent has announced: a spelling mistake, an agent that never came, or a name that was released.',
    status: 404,
    proxyStatus: 'destination_not_found',
  },
  'TK-3002': {
    what: 'The agent that serves this name is away.',
    todo: 'Try again in a moment.',
    more: 'The name is held for its account while the agent is away. It comes back under the same URL as soon as the agent does.',
    status: 503,
    proxyStatus: 'destination_unavailable',
  },
  'TK-3003': {
    what: 'The agent was lost while it served this request.',
    todo: 'Try again.',
    status: 502,
    proxyStatus: 'connection_terminated',
  },
  'TK-3004': {
    what: 'The request is not legal HTTP.',
    todo: 'Correct the client.',
    status: 400,
    proxyStatus: 'http_request_error',
  },
  'TK-3005': {
    what: 'The request line is too long.',
    todo: 'Shorten the address.',
    status: 414,
    proxyStatus: 'http_request_error',
  },
  'TK-3006': {
    what: 'The header section is too large.',
    todo: 'Send fewer or smaller fields (cookies, often).',
    status: 431,
    proxyStatus: 'http_request_error',
  },
  'TK-3007': {
    what: 'The request did not arrive in time.',
    todo: 'Send it faster.',
    status: 408,
    proxyStatus: 'http_request_error',
  },
  'TK-3008': {
    what: 'This method is not allowed here.',
    todo: 'Use another method.',
    status: 405,
    proxyStatus: 'http_request_denied',
  },
  'TK-3009': {
    what: 'This version of HTTP is not spoken here.',
    todo: 'Use HTTP/1.1 or HTTP/2.',
    status: 505,
    proxyStatus: 'http_request_error',
  },
  'TK-3010': {
    what: 'The request went in a circle.',
    todo: 'Do not expose the gateway through itself.',
    more: 'A request that passed this gateway came back to it. A target that is the gateway itself, or a second gateway that leads here, makes such a circle.',
    status: 508,
    proxyStatus: 'proxy_loop_detected',
  },
  'TK-3011': {
    what: 'This connection was made for another host.',
    todo: 'Open a new connection.',
    status: 421,
    proxyStatus: 'http_request_error',
  },
  'TK-3012': {
    what: 'This transfer coding is not known.',
    todo: 'Use chunked.',
    status: 501,
    proxyStatus: 'http_request_error',
  },
  'TK-3013': {
    what: 'The expectation cannot be met.',
    todo: 'Send only Expect: 100-continue.',
    status: 417,
    proxyStatus: 'http_request_error',
  },
  'TK-3014': {
    what: 'The chunked body is malformed or too rich in extensions.',
    todo: 'Correct the client.',
    status: 413,
    proxyStatus: 'http_request_error',
  },
  'TK-3015': {
    what: 'The gateway takes no more streams now.',
    todo: 'Try again in a moment.',
    status: 503,
    proxyStatus: 'proxy_internal_response',
  },
  'TK-3016': {
    what: 'The gateway is restarting.',
    todo: 'Try again in a moment.',
    status: 503,
    proxyStatus: 'destination_unavailable',
  },
  'TK-3017': {
    what: 'The path is ambiguous for a protected exposure.',
    todo: 'Send it without encoded slashes, dots or NULs, and without `//`, `;` and dot segments.',
    more: 'Where visitors need a password or an address, a path that the gateway and the service might read in two ways is refused, so that nothing is reached around the protection.',
    status: 400,
    proxyStatus: 'http_request_error',
  },
  'TK-3018': {
    what: 'A load balancer passed a visitor on without saying whose connection it is.',
    todo: 'Let it send a PROXY header (haproxy: `send-proxy-v2`), or take its address out of `--proxy-protocol-from`.',
    more: 'Connections from an address of `--proxy-protocol-from` must begin with a header of the PROXY protocol, in time; others are closed. Its health checks must send one too (haproxy: `check-send-proxy`) or say nothing at all. Visitors and agents that come directly from such an address are closed as well; for agents `--agents` opens a port that takes no headers.',
  },
  'TK-3019': {
    what: 'A load balancer sent a PROXY header that cannot be used.',
    todo: 'See in the log of the gateway what is wrong with it, and mend the balancer.',
    more: 'Version 1 and 2 are read, for TCP over IPv4 and IPv6. A header that is cut, too long, malformed, whose checksum is wrong, or that names a UDP or Unix socket ends its connection.',
  },
  'TK-3020': {
    what: 'The gateway is short of memory.',
    todo: 'Try again in a moment.',
    more: 'At 85% of `--memory-limit` a gateway takes no new streams, at 95% it sends away who is idle: what is under way shall end well. It recovers by itself. If it happens often, raise the limit, or find in `tunnelkit status` who uses so much.',
    status: 503,
    proxyStatus: 'proxy_internal_response',
  },
} as const satisfies Record<string, ErrorRow>;
