// Bounds of how agents come back.
import type { LimitRow } from './row.ts';

export const AGENT = {
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
} as const satisfies Record<string, LimitRow>;
