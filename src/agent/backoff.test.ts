import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitValues } from '../contract/limits.ts';
import { VirtualClock } from '../pipe/memory/clock.ts';
import { Random } from '../pipe/memory/random.ts';
import { Backoff } from './backoff.ts';

const limits = limitValues();

function seeded(seed: number): () => number {
  const random = new Random(seed);
  return () => random.next();
}

/** When an agent that lost its session at 0 dials, until an attempt at or after `upAt` succeeds. */
function attempts(random: () => number, upAt: number): number[] {
  const clock = new VirtualClock();
  const backoff = new Backoff(clock, limits, random);
  const times: number[] = [];
  do {
    clock.advance(backoff.next());
    times.push(clock.now());
  } while (clock.now() < upAt);
  return times;
}

describe('the time until the next attempt', () => {
  it('is within 250 ms at first, and then within the outage so far, held between 1.5 and 30 s', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 2, maxLength: 40 }),
        (rolls) => {
          const clock = new VirtualClock();
          let roll = 0;
          const backoff = new Backoff(clock, limits, () => rolls[roll++]!);
          for (const [index, expected] of rolls.entries()) {
            const bound = index === 0 ? 250 : Math.min(Math.max(clock.now(), 1_500), 30_000);
            const delay = backoff.next();
            expect(delay).toBeCloseTo(expected * bound, 6);
            clock.advance(delay);
          }
        },
      ),
    );
  });

  it('brings an agent back within max(2 s, outage), and never later than 30 s', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 300_000 }), (seed, outage) => {
        const times = attempts(seeded(seed), outage);
        expect(times.at(-1)! - outage).toBeLessThanOrEqual(Math.min(Math.max(1_500, outage), 30_000));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps 500 agents apart when a gateway is back after 10 s: no second sees 3 times the mean, no two share a schedule', () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = seeded(seed);
    const schedules = Array.from({ length: 500 }, () => attempts(random, 10_000));
    const seconds = new Array<number>(10).fill(0);
    for (const times of schedules) seconds[Math.floor((times.at(-1)! - 10_000) / 1_000)]!++;
    expect(Math.max(...seconds), `handshakes in each second ${seconds}, seed ${seed}`).toBeLessThan((3 * 500) / 10);
    expect(new Set(schedules.map((times) => times.join())).size, `seed ${seed}`).toBe(500);
  });

  it('begins anew after an admission, but not at 250 ms when that did not last', () => {
    const clock = new VirtualClock();
    const backoff = new Backoff(clock, limits, () => 0.999);
    clock.advance(backoff.next());
    clock.advance(backoff.next());
    clock.advance(backoff.next());
    backoff.admitted();
    clock.advance(limits.sessionSettledMs - 1);
    expect(backoff.next()).toBeCloseTo(0.999 * 1_500);
    backoff.admitted();
    clock.advance(limits.sessionSettledMs);
    expect(backoff.next()).toBeCloseTo(0.999 * 250);
  });

  it('is what the gateway said, when it did, with a little chance and an upper bound', () => {
    const told = (comeBackInMs: number) => new Backoff(new VirtualClock(), limits, () => 0.5).after(comeBackInMs);
    expect(told(7_000)).toBe(7_125);
    expect(told(2 ** 31)).toBe(limits.comeBackMaxMs + 125);
  });
});
