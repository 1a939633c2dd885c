import { expect, test } from 'vitest';
import { limitValues } from '../contract/limits.ts';
import { VirtualClock } from '../pipe/memory/clock.ts';
import { Away, live } from './gate.testkit.ts';
import { Holds } from './hold.ts';

test('a hold that is over leaves neither a timer nor a wish behind, and tells once', () => {
  const clock = new VirtualClock();
  const bounds: string[] = [];
  const holds = new Holds(clock, limitValues({ agentHoldMs: 2_000 }), (limit) => bounds.push(limit));
  const away = new Away();
  const now = live({ open: () => undefined });
  const told: unknown[] = [];
  holds.hold(away, (destination) => told.push(destination));
  away.arrive(now);
  const forget = holds.hold(away, (destination) => told.push(destination));
  forget?.();
  forget?.();
  expect([told, holds.held, away.waiting, clock.nextAt]).toEqual([[now], 0, 0, Number.POSITIVE_INFINITY]);
  expect(bounds).toEqual([]);
});
