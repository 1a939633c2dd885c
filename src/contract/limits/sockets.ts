// Bounds of connections before anybody knows whose they are, and of what a pipe holds.
import type { LimitRow } from './row.ts';

export const SOCKETS = {
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
  proxyHeaderBytes: {
    value: 4_096,
    unit: 'bytes',
    why: 'addresses take 52; the rest are TLVs, a certificate of the visitor among them at most',
    hit: 'connection closed',
  },
  proxyHeaderMs: { value: 5_000, unit: 'ms', why: 'it is the first packet', hit: 'connection closed' },
  proxyHeadersPending: {
    value: 2_048,
    unit: 'count',
    why: 'as many as may be in handshakes; a balancer sends it at once',
    hit: 'connection closed',
  },
  tlsHandshakeMs: { value: 10_000, unit: 'ms', why: 'a handshake is two round trips', hit: 'connection closed' },
  tlsHandshakesPending: { value: 2_048, unit: 'count', why: 'each holds about 30 KiB', hit: 'connection closed' },
  visitorsPending: {
    value: 16_384,
    unit: 'count',
    why: 'visitor connections at once; nofile is often 20,000',
    hit: 'connection closed',
  },
} as const satisfies Record<string, LimitRow>;
