import { describe, expect, it } from 'vitest';
import { retryDelayMs } from './backoff.ts';
import type { FaultKind } from './fault.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const pause = (kind: FaultKind, failures: number, chance = 0, retryAfterMs?: number) =>
  retryDelayMs({ kind, retryAfterMs }, failures, chance);

describe('the pause after a failure', () => {
  it('is short where the authority could not be reached, and long where it refused', () => {
    const kinds = ['network', 'challenge', 'busy', 'refused'] as const;
    expect(kinds.map((kind) => pause(kind, 1))).toEqual([15_000, 3 * MINUTE, HOUR, 2 * HOUR]);
  });

  it('doubles with each failure in a row, up to the most of its kind', () => {
    expect([1, 2, 3, 8, 1_000].map((failures) => pause('network', failures))).toEqual([
      15_000,
      30_000,
      MINUTE,
      30 * MINUTE,
      30 * MINUTE,
    ]);
    expect(pause('challenge', 60)).toBe(6 * HOUR);
    expect(pause('refused', 60)).toBe(24 * HOUR);
  });

  it('makes no more than five failed looks at a name in an hour, which is what one authority allows', () => {
    let at = 0;
    let looks = 0;
    for (let failures = 1; at < HOUR; failures += 1) {
      looks += 1;
      at += pause('challenge', failures);
    }
    expect(looks).toBeLessThanOrEqual(5);
  });

  it('is spread by a quarter, so that names that failed at once do not come back at once', () => {
    expect(pause('challenge', 1, 0.999)).toBeCloseTo(3 * MINUTE * 1.25, -3);
    expect(pause('challenge', 1, 0.5)).toBe(3 * MINUTE * 1.125);
  });

  it('is never shorter than the authority says, and little longer', () => {
    for (const chance of [0, 0.5, 0.999]) {
      const ms = pause('busy', 1, chance, 100 * HOUR);
      expect(ms).toBeGreaterThanOrEqual(100 * HOUR);
      expect(ms).toBeLessThanOrEqual(100 * HOUR + HOUR);
    }
    expect(pause('busy', 5, 0, 7_000)).toBe(7_000);
  });
});
