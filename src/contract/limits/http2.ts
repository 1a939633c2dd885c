// Bounds of HTTP/2 of visitors: Node's own bounds, and ours where it has none.
import type { LimitRow } from './row.ts';

export const HTTP2 = {
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
  h2UnsentShareBytes: {
    value: 262_144,
    unit: 'bytes',
    why: 'of all answers of one connection: few have room for more than a frame each, and leave in fewer writes',
    hit: 'stream waits',
  },
  h2ShareBytes: {
    value: 2_097_152,
    unit: 'bytes',
    why: 'of all answers that a connection does not read, beyond 32 KiB of each: 5.1 MiB together',
    hit: 'windows grow no more',
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
} as const satisfies Record<string, LimitRow>;
