// Bounds of links that ask to be admitted, and sessions of agents.
import type { LimitRow } from './row.ts';

export const SESSIONS = {
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
    why: 'per address (of IPv6 the /64); a right token never fails',
    hit: 'closed with a return time of 60 s, TK-4007; who gave a password or an admin token is answered 429',
  },
  authFailureAddresses: {
    value: 4_096,
    unit: 'count',
    why: 'addresses that were wrong in the last minute, about 100 bytes each; one table each for agents, passwords and operators',
    hit: 'the one that was wrong longest ago may try again',
  },
  streamWindowBytes: { value: 262_144, unit: 'bytes', why: 'at first; yamux', hit: 'sender waits' },
  streamWindowBytesLeast: {
    value: 32_768,
    unit: 'bytes',
    why: 'where many streams of one visitor share what may wait for it: 100 of them are 3.1 MiB',
    hit: 'sender waits',
  },
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
} as const satisfies Record<string, LimitRow>;
