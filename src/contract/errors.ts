import type { LimitName } from './limits.ts';
import { STREAM_CODE, type StreamCode } from './stream.ts';

/** One row a fault the program can name: what happened, and what to do. `seen` is filled in where it happens. */
export interface ErrorRow {
  readonly what: string;
  readonly todo: string;
  /** HTTP status of the reply to a visitor, if one is sent. */
  readonly status?: number;
  /** Exit status, if the program ends of it. */
  readonly exit?: number;
  /** RFC 9209 error type, for the Proxy-Status field. */
  readonly proxyStatus?: string;
}

/**
 * 1xxx auth, 2xxx origin, 3xxx gateway and HTTP, 4xxx network, 5xxx config, 6xxx TLS and ACME,
 * 8xxx storage, 9xxx internal. Only add; never renumber.
 */
const ROWS = {
  'TK-1001': {
    what: 'The gateway refused the token.',
    todo: 'Make a new join link on the gateway with `tunnelkit token create`, then `tunnelkit login LINK` here.',
    exit: 4,
  },
  'TK-1002': {
    what: 'The gateway is not the one this link was made for.',
    todo: 'Do not go on unless the gateway was set up anew. Then take the new join link from its operator.',
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
    todo: 'Stop that agent, or take the exposure over with `--take-over`.',
    exit: 7,
  },
  'TK-1008': {
    what: 'This agent was replaced by a newer one with the same key.',
    todo: 'Run only one agent for each exposure; this one stays stopped.',
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
  'TK-2001': {
    what: 'The local service refused the connection.',
    todo: 'Start it; traffic flows as soon as it listens.',
    status: 502,
    exit: 6,
    proxyStatus: 'connection_refused',
  },
  'TK-2002': {
    what: 'The local service cannot be reached.',
    todo: 'Check the host and the port of the target.',
    status: 502,
    exit: 6,
    proxyStatus: 'destination_ip_unroutable',
  },
  'TK-2003': {
    what: 'Connecting to the local service took too long.',
    todo: 'Check that the target is up and not behind a firewall.',
    status: 504,
    exit: 6,
    proxyStatus: 'connection_timeout',
  },
  'TK-2004': {
    what: 'TLS with the local service failed.',
    todo: 'Check its certificate, or use http:// if it speaks plain HTTP.',
    status: 502,
    exit: 6,
    proxyStatus: 'tls_protocol_error',
  },
  'TK-2005': {
    what: 'The local service broke the connection.',
    todo: 'See its log; it may have crashed on this request.',
    status: 502,
    proxyStatus: 'connection_terminated',
  },
  'TK-2006': {
    what: 'The local service answered with something that is not HTTP.',
    todo: 'Check that the target is a web server; use tcp:// for anything else.',
    status: 502,
    proxyStatus: 'http_protocol_error',
  },
  'TK-2007': {
    what: 'The local service sent no answer in time.',
    todo: 'See why it is slow, or raise `--origin-timeout`.',
    status: 504,
    proxyStatus: 'http_response_timeout',
  },
  'TK-2008': { what: 'The directory to share cannot be read.', todo: 'Check that it exists and may be read.', exit: 6 },
  'TK-3001': {
    what: 'Nothing is published under this name.',
    todo: 'Check the address; names end when their owner releases them.',
    status: 404,
    proxyStatus: 'destination_not_found',
  },
  'TK-3002': {
    what: 'The agent that serves this name is away.',
    todo: 'Try again in a moment.',
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
    todo: 'Use HTTP/1.1.',
    status: 505,
    proxyStatus: 'http_request_error',
  },
  'TK-3010': {
    what: 'The request went in a circle.',
    todo: 'Do not expose the gateway through itself.',
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
    todo: 'Send it without encoded slashes, dots or NULs.',
    status: 400,
    proxyStatus: 'http_request_error',
  },
  'TK-4001': {
    what: 'The gateway cannot be reached.',
    todo: 'Check that it runs and that its port is open from here.',
    exit: 5,
  },
  'TK-4002': { what: 'The name of the gateway cannot be resolved.', todo: 'Check its spelling and your DNS.', exit: 5 },
  'TK-4003': { what: 'The connection to the gateway was lost.', todo: 'Nothing: it is tried again by itself.' },
  'TK-4004': {
    what: 'The proxy refused to connect to the gateway.',
    todo: 'Check HTTPS_PROXY, its user and password, and what it allows.',
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
  'TK-5001': { what: 'The configuration cannot be read.', todo: 'Check the path and the rights of the file.', exit: 3 },
  'TK-5002': { what: 'The configuration is not right.', todo: 'Correct the line or option named above.', exit: 3 },
  'TK-5003': {
    what: 'The join link is not right.',
    todo: 'Copy it whole; it begins with tk:// and holds a token and a pin.',
    exit: 3,
  },
  'TK-5004': {
    what: 'The gateway is not known.',
    todo: 'Run `tunnelkit login LINK` with the link your gateway printed, or start one here with `tunnelkit serve`.',
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
    exit: 5,
  },
  'TK-5007': {
    what: 'The token is not right.',
    todo: 'Copy it whole; it begins with tkt_ and has 52 characters.',
    exit: 3,
  },
  'TK-6001': {
    what: 'The certificate or its key cannot be used.',
    todo: 'Check that both are PEM files that belong together.',
    exit: 3,
  },
  'TK-8001': {
    what: 'The data directory cannot be written.',
    todo: 'Check its rights, or choose another with `--data-dir`.',
    exit: 8,
  },
  'TK-8002': { what: 'The disk is full.', todo: 'Free some space; nothing was lost.', exit: 1 },
  'TK-8003': {
    what: 'The database cannot be read.',
    todo: 'Restore it from a copy, or move it away to begin anew.',
    exit: 1,
  },
  'TK-8004': {
    what: 'The database is locked by another program.',
    todo: 'End that program, then try again.',
    exit: 1,
  },
  'TK-9001': {
    what: 'A defect of tunnelkit.',
    todo: 'Report it with the lines above.',
    status: 500,
    exit: 70,
    proxyStatus: 'proxy_internal_error',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ROWS;

/** Every fault by its code. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorRow>> = ROWS;

/** What a reset stream means for whoever waits at its other end. */
export const STREAM_ERROR: Readonly<Record<StreamCode, ErrorCode>> = {
  [STREAM_CODE.cancelled]: 'TK-3003',
  [STREAM_CODE.refused]: 'TK-3002',
  [STREAM_CODE.originRefused]: 'TK-2001',
  [STREAM_CODE.originUnreachable]: 'TK-2002',
  [STREAM_CODE.originConnectTimeout]: 'TK-2003',
  [STREAM_CODE.originTls]: 'TK-2004',
  [STREAM_CODE.originReset]: 'TK-2005',
  [STREAM_CODE.originMalformed]: 'TK-2006',
  [STREAM_CODE.originTimeout]: 'TK-2007',
  [STREAM_CODE.protocol]: 'TK-3003',
  [STREAM_CODE.memory]: 'TK-3015',
  [STREAM_CODE.unavailable]: 'TK-3015',
  [STREAM_CODE.sessionLost]: 'TK-3003',
  [STREAM_CODE.visitorMalformed]: 'TK-3004',
  [STREAM_CODE.visitorTimeout]: 'TK-3007',
  [STREAM_CODE.internal]: 'TK-9001',
};

/** A fault with its code. `seen` is what was seen, one line; never a secret. `limit`: the bound that was hit, if it was one. */
export class TunnelError extends Error {
  readonly code: ErrorCode;
  readonly seen: string;
  readonly limit: LimitName | undefined;
  constructor(code: ErrorCode, seen: string, options: ErrorOptions & { readonly limit?: LimitName } = {}) {
    super(`${code}: ${ERRORS[code].what} ${seen}`.trimEnd(), options);
    this.name = 'TunnelError';
    this.code = code;
    this.seen = seen;
    this.limit = options.limit;
  }
}
