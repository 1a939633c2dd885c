/** One bound: its value, unit, why it is so, and what happens when it is hit. */
export interface LimitRow {
  readonly value: number;
  readonly unit: 'bytes' | 'ms' | 'count' | 'per second' | 'per minute' | 'per hour';
  readonly why: string;
  readonly hit: string;
}

/** Every bound of the program. `serve --print-limits` prints this table; nothing below the edge has a default of its own. */
export const LIMITS = {
  requestLineBytes: {
    value: 8_192,
    unit: 'bytes',
    why: 'browsers stop near 8 KiB; nginx takes 8 KiB',
    hit: '414, TK-3005, connection closed',
  },
  headBytes: {
    value: 16_384,
    unit: 'bytes',
    why: 'line and fields together, as HAProxy and Caddy',
    hit: '431, TK-3006, connection closed',
  },
  fieldCount: {
    value: 100,
    unit: 'count',
    why: 'Envoy 100, HAProxy 101; none is ever dropped silently',
    hit: '431, TK-3006, connection closed',
  },
  wireFieldCount: {
    value: 200,
    unit: 'count',
    why: 'fields of a head inside a session: those of the message, and what gateway and agent add',
    hit: 'stream reset',
  },
  trailerBytes: {
    value: 8_192,
    unit: 'bytes',
    why: 'trailers are rare and small',
    hit: '400, TK-3004, connection closed',
  },
  trailerCount: {
    value: 32,
    unit: 'count',
    why: 'trailers are rare and small',
    hit: '400, TK-3004, connection closed',
  },
  chunkLineBytes: {
    value: 1_024,
    unit: 'bytes',
    why: 'size and extensions of one chunk (CVE-2024-22019)',
    hit: '413, TK-3014, connection closed',
  },
  interimResponses: { value: 16, unit: 'count', why: 'an origin that sends 1xx for ever', hit: '502, TK-2006' },
  responseHeadBytes: {
    value: 32_768,
    unit: 'bytes',
    why: 'twice the request bound: large cookies and policies',
    hit: '502, TK-2006',
  },
  headTimeoutMs: {
    value: 10_000,
    unit: 'ms',
    why: 'a request head arrives in one packet; slowloris does not',
    hit: '408, TK-3007, connection closed',
  },
  bodyIdleMs: {
    value: 60_000,
    unit: 'ms',
    why: 'a request body owed by the visitor, as Caddy',
    hit: '408, TK-3007, connection closed',
  },
  originHeadMs: {
    value: 300_000,
    unit: 'ms',
    why: 'slow reports and language models answer late',
    hit: '504, TK-2007',
  },
  originConnectMs: { value: 10_000, unit: 'ms', why: 'origins are near the agent', hit: '504, TK-2003' },
  visitorKeepAliveMs: {
    value: 65_000,
    unit: 'ms',
    why: 'above the 60 s that load balancers keep',
    hit: 'idle connection closed',
  },
  originKeepAliveMs: {
    value: 4_000,
    unit: 'ms',
    why: 'below the 5 s at which Node servers close',
    hit: 'idle connection closed',
  },
  originIdlePipes: { value: 512, unit: 'count', why: 'idle connections kept for one origin', hit: 'closed after use' },
  originReplayBytes: {
    value: 65_536,
    unit: 'bytes',
    why: 'the beginning of a request over HTTP/2, kept until the origin answers: it may say that it did not look at it',
    hit: 'a refused request is not sent again',
  },
  carryBytes: {
    value: 16_384,
    unit: 'bytes',
    why: 'bytes read past the end of a head or message',
    hit: 'reading pauses',
  },
  pipeUnreadBytes: {
    value: 65_536,
    unit: 'bytes',
    why: 'what a pipe takes from the kernel ahead of its owner; one read of Node',
    hit: 'reading pauses',
  },
  pipeUnsentBytes: {
    value: 524_288,
    unit: 'bytes',
    why: 'one arena of a link leaves in one call',
    hit: 'writer waits',
  },
  pipeCloseMs: {
    value: 30_000,
    unit: 'ms',
    why: 'last bytes to a slow reader, as the lingering close of nginx',
    hit: 'connection closed',
  },
  tlsHandshakeMs: { value: 10_000, unit: 'ms', why: 'a handshake is two round trips', hit: 'connection closed' },
  tlsHandshakesPending: { value: 2_048, unit: 'count', why: 'each holds about 30 KiB', hit: 'connection closed' },
  certificateOrders: {
    value: 4,
    unit: 'count',
    why: 'orders under way at the certificate authority; as many challenges are open',
    hit: 'the next name waits',
  },
  certificateNames: {
    value: 20,
    unit: 'per hour',
    why: "new names of one account; Let's Encrypt grants a domain 50 a week",
    hit: 'the name stays http:// until the hour is over',
  },
  certificatesKept: {
    value: 4_096,
    unit: 'count',
    why: 'each holds about 5 KiB, until it ends; names of today are often not those of tomorrow',
    hit: 'the oldest of a name that nobody publishes goes',
  },
  certificateRequestMs: {
    value: 30_000,
    unit: 'ms',
    why: 'one answer of the certificate authority',
    hit: 'the order fails and is tried again',
  },
  certificateOrderMs: {
    value: 120_000,
    unit: 'ms',
    why: 'authorities look at a name from several places, in seconds',
    hit: 'the order fails and is tried again',
  },
  certificateWaits: {
    value: 512,
    unit: 'count',
    why: "visitors' handshakes that wait for a name's first certificate, of those that may be pending",
    hit: 'the own certificate is shown',
  },
  certificateWaitMs: {
    value: 8_000,
    unit: 'ms',
    why: 'most orders are done by then, and the handshake has 10 s',
    hit: 'the own certificate is shown',
  },
  certificateGrantMs: {
    value: 15_000,
    unit: 'ms',
    why: "how long `expose` waits to print a new name as https://; Let's Encrypt takes 3 to 10 s",
    hit: 'it is printed as http://',
  },
  linkAuthenticateMs: {
    value: 5_000,
    unit: 'ms',
    why: 'from ALPN (or the reserved path) to admission',
    hit: 'link closed',
  },
  linkUnauthenticatedBytes: { value: 4_096, unit: 'bytes', why: 'HELLO and PROOF need about 500', hit: 'link closed' },
  linksPendingPerAddress: {
    value: 64,
    unit: 'count',
    why: 'agents behind one NAT come back together',
    hit: 'closed with a return time, TK-4007',
  },
  linksPending: { value: 512, unit: 'count', why: 'all addresses together', hit: 'closed with a return time, TK-4007' },
  handshakesPerSecond: {
    value: 200,
    unit: 'per second',
    why: 'an Ed25519 exchange costs under 1 ms',
    hit: 'closed with a return time, TK-4007',
  },
  authFailuresPerMinute: {
    value: 10,
    unit: 'per minute',
    why: 'per address; a right token never fails',
    hit: 'closed with a return time of 60 s, TK-4007',
  },
  streamWindowBytes: { value: 262_144, unit: 'bytes', why: 'at first; yamux', hit: 'sender waits' },
  streamWindowBytesMax: { value: 4_194_304, unit: 'bytes', why: '4 MiB at 100 ms is 335 Mbit/s', hit: 'sender waits' },
  sessionOverflowBytes: {
    value: 67_108_864,
    unit: 'bytes',
    why: 'what slow readers of one session may hold',
    hit: 'longest-stalled streams reset',
  },
  sessionStreams: { value: 16_384, unit: 'count', why: 'said in HELLO', hit: '503, TK-3015' },
  frameBytes: { value: 262_144, unit: 'bytes', why: 'one DATA frame', hit: 'session ended' },
  frameBytesCrc: {
    value: 16_384,
    unit: 'bytes',
    why: 'one DATA frame with CRC, delivered whole',
    hit: 'session ended',
  },
  controlFrameBytes: { value: 65_536, unit: 'bytes', why: 'a head fits', hit: 'session ended' },
  sessionResetsPerSecond: {
    value: 1_000,
    unit: 'per second',
    why: 'rapid reset (CVE-2023-44487)',
    hit: 'session ended',
  },
  sessionPingsPerSecond: { value: 20, unit: 'per second', why: 'ours sends one in 5 s', hit: 'session ended' },
  sessionExposures: { value: 256, unit: 'count', why: 'one agent', hit: 'refused, TK-1013' },
  pingIdleMs: { value: 5_000, unit: 'ms', why: 'three fit into the 14 s', hit: 'PING sent' },
  peerSilentMs: { value: 14_000, unit: 'ms', why: 'both sides have let go by 16 s', hit: 'session lost' },
  agentHoldMs: { value: 2_000, unit: 'ms', why: 'an agent that restarts is back by then', hit: '503, TK-3002' },
  drainHeadMs: {
    value: 500,
    unit: 'ms',
    why: 'the first request of a new connection may be on its way when the gateway is stopped',
    hit: 'connection closed',
  },
  drainMs: { value: 30_000, unit: 'ms', why: 'cloudflared and Caddy', hit: 'what is left is reset' },
  holdingQuarantineMs: {
    value: 86_400_000,
    unit: 'ms',
    why: 'a released name is not handed to another account at once',
    hit: 'TK-1005',
  },
  visitorsPending: {
    value: 16_384,
    unit: 'count',
    why: 'visitor connections at once; nofile is often 20,000',
    hit: 'connection closed',
  },
  h2Streams: {
    value: 100,
    unit: 'count',
    why: 'requests under way on one HTTP/2 connection, as RFC 9113 advises and Envoy has it',
    hit: 'stream refused; connection closed if the visitor knew the bound',
  },
  h2StreamsPerConnection: {
    value: 10_000,
    unit: 'count',
    why: 'what a connection gathers is let go now and then',
    hit: 'GOAWAY, connection closed when its requests are done',
  },
  h2ResetStreams: {
    value: 500,
    unit: 'count',
    why: 'of so many streams half may end before their time, as Envoy has it (CVE-2023-44487, CVE-2025-8671)',
    hit: 'GOAWAY ENHANCE_YOUR_CALM, connection closed',
  },
  h2IdleFramesPerSecond: {
    value: 1_000,
    unit: 'per second',
    why: 'PING, SETTINGS, PRIORITY, empty DATA and the like on one connection',
    hit: 'GOAWAY ENHANCE_YOUR_CALM, connection closed',
  },
  h2FieldBlockBytes: {
    value: 32_768,
    unit: 'bytes',
    why: 'a field section, compressed or not, with 32 bytes a field: twice `headBytes`, so that 431 can be said',
    hit: '431, stream reset, or GOAWAY ENHANCE_YOUR_CALM',
  },
  h2FieldBlockPairs: {
    value: 128,
    unit: 'count',
    why: 'above `fieldCount`, so that 431 can be said; a reference of one byte makes a field (CVE-2026-49975)',
    hit: 'stream reset',
  },
  h2SessionBytes: {
    value: 2_097_152,
    unit: 'bytes',
    why: 'what `node:http2` holds for one connection: tables, streams, unsent bytes',
    hit: 'stream refused, ENHANCE_YOUR_CALM',
  },
  h2InvalidFrames: { value: 100, unit: 'count', why: 'a tenth of what Node allows', hit: 'connection closed' },
  h2RejectedStreams: { value: 50, unit: 'count', why: 'half of what Node allows', hit: 'connection closed' },
  h2OwnPings: { value: 10, unit: 'count', why: 'PINGs of ours that wait for an answer', hit: 'no more are sent' },
  h2SettingsEntries: { value: 32, unit: 'count', why: 'RFC 9113 knows six', hit: 'connection closed' },
  h2WindowBytes: {
    value: 131_072,
    unit: 'bytes',
    why: 'of an upload that nobody reads, a stream: 12.5 MiB a connection at most',
    hit: 'visitor waits',
  },
  h2UnsentBytes: {
    value: 16_384,
    unit: 'bytes',
    why: 'of an answer that the visitor does not read, a stream: one frame',
    hit: 'stream waits',
  },
  h2StalledMs: {
    value: 30_000,
    unit: 'ms',
    why: 'an answer of which no byte may leave pins its request (window 0)',
    hit: 'stream reset',
  },
  h2GoodbyeMs: {
    value: 1_000,
    unit: 'ms',
    why: 'a visitor that was sent GOAWAY and has nothing under way',
    hit: 'connection closed',
  },
  linkArenaBytes: {
    value: 524_288,
    unit: 'bytes',
    why: 'what one read or write of a link moves at most; measured best of 256 KiB, 512 KiB and 1 MiB',
    hit: 'the rest moves in the next turn',
  },
  linkMessageBytes: { value: 1_048_576, unit: 'bytes', why: 'one WebSocket message of a link', hit: 'link closed' },
  linkMessageFragments: { value: 64, unit: 'count', why: 'ours has one (ws 8.21, tiny fragments)', hit: 'link closed' },
  linkMessageChunks: {
    value: 1_024,
    unit: 'count',
    why: 'network reads that one WebSocket frame may arrive in',
    hit: 'link closed',
  },
  linkWriteBytes: {
    value: 65_536,
    unit: 'bytes',
    why: 'one WebSocket message we send: it is delivered whole, so it must pass a slow line soon',
    hit: 'the rest waits for the next message',
  },
  linkUnreadBytes: {
    value: 262_144,
    unit: 'bytes',
    why: 'WebSocket messages received and not yet read; reading goes on at a quarter of it',
    hit: 'reading pauses',
  },
  linkUnsentBytes: {
    value: 262_144,
    unit: 'bytes',
    why: 'WebSocket messages not yet taken by the socket; more would only delay what is urgent',
    hit: 'sender waits',
  },
  linkConnectMs: {
    value: 10_000,
    unit: 'ms',
    why: 'connecting, TLS and upgrade: a few round trips',
    hit: 'dial fails',
  },
  linkFallbackMs: { value: 3_000, unit: 'ms', why: 'a firewall that drops gives no answer', hit: 'ws is tried' },
  linkFallbackKeptMs: {
    value: 3_600_000,
    unit: 'ms',
    why: 'networks change, so what was blocked is tried again',
    hit: 'tls is tried first again',
  },
  proxyHeadBytes: { value: 16_384, unit: 'bytes', why: 'the answer of a proxy to CONNECT', hit: 'dial fails' },
  retryFirstMs: {
    value: 250,
    unit: 'ms',
    why: 'a lost session is most often a restart',
    hit: 'first redial is sooner',
  },
  retryFloorMs: { value: 1_500, unit: 'ms', why: 'with a handshake, back within 2 s', hit: 'redial is sooner' },
  retryCeilingMs: { value: 30_000, unit: 'ms', why: 'a gateway that is back is found soon', hit: 'redial is sooner' },
  sessionSettledMs: {
    value: 5_000,
    unit: 'ms',
    why: 'a gateway that drops whom it admitted is not dialled in haste',
    hit: 'first redial may be as late as the second',
  },
  comeBackMaxMs: {
    value: 300_000,
    unit: 'ms',
    why: 'longest return time an agent obeys',
    hit: 'redial is sooner',
  },
  wakeLookMs: { value: 1_000, unit: 'ms', why: 'sleep and roaming are noticed within a second', hit: 'agent looks' },
  wakeJumpMs: { value: 10_000, unit: 'ms', why: 'a nap shorter than this keeps its session', hit: 'agent probes' },
  wakeProbeMs: { value: 1_000, unit: 'ms', why: 'usable 3 s after a wake-up', hit: 'agent redials' },
  visitsHeld: { value: 1_024, unit: 'count', why: 'visits waiting for an agent', hit: '503, TK-3002' },
  adminBodyBytes: { value: 65_536, unit: 'bytes', why: 'the longest request names some names', hit: 'request refused' },
  adminConnections: {
    value: 256,
    unit: 'count',
    why: 'scrapers, a balancer and some people',
    hit: 'connection closed',
  },
  statusProbeMs: {
    value: 1_000,
    unit: 'ms',
    why: 'an agent asked for its status tries its origins, and somebody waits for it',
    hit: 'the origin is shown as down',
  },
  statusAnswerMs: {
    value: 3_000,
    unit: 'ms',
    why: 'an agent that hangs must not hang `tunnelkit status`',
    hit: 'the agent is shown as silent',
  },
  storeLockMs: {
    value: 5_000,
    unit: 'ms',
    why: 'a write of another process takes milliseconds, and sessions live through 14 s of silence',
    hit: 'the call fails',
  },
} as const satisfies Record<string, LimitRow>;

export type LimitName = keyof typeof LIMITS;
/** The values alone: what is handed to the parts, and what tests shrink. */
export type Limits = Readonly<Record<LimitName, number>>;

/** The values of the table, with changes. */
export function limitValues(changes: Partial<Limits> = {}): Limits {
  const values = Object.fromEntries(Object.entries(LIMITS).map(([name, row]) => [name, row.value])) as Record<
    LimitName,
    number
  >;
  return Object.freeze({ ...values, ...changes });
}
