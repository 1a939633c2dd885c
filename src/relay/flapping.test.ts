import { describe, expect, test } from 'vitest';
import { Flapping } from './flapping.ts';
import { ManualClock } from './manual-clock.testkit.ts';

describe('flapping', () => {
  test('the third takeover in a minute quarantines the key for a minute', () => {
    const clock = new ManualClock();
    const flapping = new Flapping(clock);
    expect([flapping.takeover('k'), flapping.takeover('k')]).toEqual([false, false]);
    expect(flapping.quarantinedMs('k')).toBe(0);
    expect(flapping.takeover('k')).toBe(true);
    expect(flapping.quarantinedMs('k')).toBe(60_000);
    expect(flapping.quarantinedMs('other')).toBe(0);
    clock.advance(60_000);
    expect(flapping.quarantinedMs('k')).toBe(0);
    expect(flapping.takeover('k')).toBe(false);
  });

  test('takeovers further apart do not count together', () => {
    const clock = new ManualClock();
    const flapping = new Flapping(clock);
    for (let round = 0; round < 10; round += 1) {
      expect(flapping.takeover('k')).toBe(false);
      clock.advance(30_001);
    }
  });
});
