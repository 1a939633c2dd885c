import type { Limits } from '../contract/limits.ts';
import type { Overload } from '../observe/overload.ts';
import type { Goaway } from '../protocol/goaway.ts';
import type { SessionStats } from '../session/session-options.ts';
import { later, type Refusal } from './admission.ts';

/** Agents that are not let in, or are sent away, because the gateway is short of memory or time. Knows sessions only as things that may go. */

export interface Sheddable {
  /** Undefined: it is not admitted yet. */
  readonly member: unknown;
  readonly session: { readonly stats: Pick<SessionStats, 'idleMs'> };
}

/** Of those that are idle so many go at once: what that gives back shows at the next look. */
const SHED_SHARE = 1 / 8;
const SHED_MIN = 4;

/** Why no new agent is let in now, if none is. */
export function refusalFor(overload: Overload, limits: Limits, chance: () => number): Refusal | undefined {
  if (overload.memory === 'scarce') {
    return { bound: 'memoryScarcePercent', comeBackInMs: awayFor(limits, chance).comeBackInMs };
  }
  return overload.late ? later('turnLateMs', chance) : undefined;
}

/** What an agent is told that goes for want of memory. */
export function awayFor({ idleAgentsAwayMs }: Limits, chance: () => number): Goaway {
  const comeBackInMs = Math.floor(idleAgentsAwayMs * (1 + chance()));
  return { code: 'TK-3020', permanent: false, comeBackInMs, seen: 'Whoever is idle is sent away.' };
}

/** The next ones to go. */
export function longestIdle<T extends Sheddable>(all: Iterable<T>): readonly T[] {
  const idle = [...all]
    .filter(({ member }) => member !== undefined)
    .map((guest) => ({ guest, idleMs: guest.session.stats.idleMs }))
    .filter(({ idleMs }) => idleMs > 0)
    .sort((one, other) => other.idleMs - one.idleMs);
  return idle.slice(0, Math.max(SHED_MIN, idle.length * SHED_SHARE)).map(({ guest }) => guest);
}
