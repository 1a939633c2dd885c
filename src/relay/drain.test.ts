import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../pipe/memory/clock.ts';
import { Random } from '../pipe/memory/random.ts';
import type { Goaway } from '../protocol/goaway.ts';
import { type Drainable, drain } from './drain.ts';

const AGENTS = 200;
const SPREAD_MS = 10_000;

/** Sessions that note what they were told. */
function sessions(clock: VirtualClock) {
  const told: Goaway[] = [];
  const closedAt: number[] = [];
  const all = Array.from(
    { length: AGENTS },
    (): Drainable => ({
      goaway: (goaway) => told.push(goaway),
      close: () => closedAt.push(clock.now()),
    }),
  );
  return { told, closedAt, remaining: new Set(all) };
}

function plan(clock: VirtualClock, seed: number) {
  const random = new Random(seed);
  return { clock, graceMs: 30_000, spreadMs: SPREAD_MS, chance: () => random.next() };
}

describe('draining', () => {
  it('tells 200 agents moments to come back that are spread over the time given, no second having thrice its share (R6)', () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const clock = new VirtualClock();
    const { told, remaining } = sessions(clock);
    void drain(plan(clock, seed), remaining, new Promise(() => {}));
    expect(told.length).toBe(AGENTS);
    const seconds = new Array<number>(SPREAD_MS / 1_000).fill(0);
    for (const { code, permanent, comeBackInMs } of told) {
      expect([code, permanent]).toEqual(['draining', false]);
      seconds[Math.floor(comeBackInMs / 1_000)]! += 1;
    }
    console.log(`told to come back in each second: ${seconds}`);
    expect(Math.max(...seconds), `seed ${seed}`).toBeLessThanOrEqual((3 * AGENTS) / seconds.length);
    expect(Math.min(...seconds), `seed ${seed}`).toBeGreaterThan(0);
  });

  it('cuts who is left when the grace is over, and nobody before', async () => {
    const clock = new VirtualClock();
    const { closedAt, remaining } = sessions(clock);
    const drained = drain(plan(clock, 1), remaining, new Promise(() => {}));
    clock.advance(29_999);
    expect(closedAt).toEqual([]);
    clock.advance(1);
    expect(closedAt).toEqual(new Array(AGENTS).fill(30_000));
    await drained;
  });

  it('is over with the last session, and leaves no timer behind', async () => {
    const clock = new VirtualClock();
    const { closedAt, remaining } = sessions(clock);
    const emptied = Promise.withResolvers<void>();
    const drained = drain(plan(clock, 1), remaining, emptied.promise);
    remaining.clear();
    emptied.resolve();
    await drained;
    expect([closedAt, clock.nextAt]).toEqual([[], Number.POSITIVE_INFINITY]);
  });
});
