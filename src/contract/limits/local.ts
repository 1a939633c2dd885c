// Bounds of the admin listener, the status of this machine and the database.
import type { LimitRow } from './row.ts';

export const LOCAL = {
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
