// Bounds of links as transports make them.
import type { LimitRow } from './row.ts';

export const LINKS = {
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
} as const satisfies Record<string, LimitRow>;
