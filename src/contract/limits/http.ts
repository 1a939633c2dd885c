// Bounds of HTTP/1.1 of visitors and origins, and the deadlines that count whatever the version is.
import type { LimitRow } from './row.ts';

export const HTTP = {
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
} as const satisfies Record<string, LimitRow>;
