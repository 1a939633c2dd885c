// Bounds on the process as a whole: what it does when memory or time runs short.
import type { LimitRow } from './row.ts';

export const OVERLOAD = {
  memoryShortPercent: {
    value: 85,
    unit: 'percent',
    why: 'of --memory-limit: what is under way keeps room to end',
    hit: '503, TK-3020; TCP reset, datagrams dropped',
  },
  memoryScarcePercent: {
    value: 95,
    unit: 'percent',
    why: 'of --memory-limit: better some leave than that the system ends all',
    hit: 'no TLS handshakes, no new agents; stalled streams, idle visitors, then idle agents go, the longest first, TK-3020',
  },
  memoryReliefPercent: {
    value: 5,
    unit: 'percent',
    why: 'memory comes and goes by some percent all the time',
    hit: 'so far below the bound it is enough again',
  },
  idleAgentsAwayMs: {
    value: 30_000,
    unit: 'ms',
    why: 'who was sent away for memory must not be back before the memory is',
    hit: 'they come back after that, or up to twice as late',
  },
  overloadLookMs: {
    value: 200,
    unit: 'ms',
    why: 'reading the memory of the process costs 20 us; 1 GB/s fills 200 MB in that time',
    hit: 'the gateway looks at memory and time',
  },
  turnLateMs: {
    value: 200,
    unit: 'ms',
    why: 'two looks in a row: turns that take so long make everybody wait, and handshakes cost the most',
    hit: 'new handshakes closed, new agents TK-4007',
  },
  turnCalmMs: {
    value: 1_000,
    unit: 'ms',
    why: 'one quick turn is no recovery',
    hit: 'handshakes are taken again',
  },
} as const satisfies Record<string, LimitRow>;
