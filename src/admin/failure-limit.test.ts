import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../pipe/memory/clock.ts';
import { FailureLimit } from './failure-limit.ts';

describe('the limit of failures', () => {
  it('makes an address wait a minute from the failure that filled it, and only that address', () => {
    const clock = new VirtualClock();
    const limit = new FailureLimit(clock, 3);
    for (let n = 0; n < 3; n++) {
      expect(limit.waitMs('a')).toBe(0);
      limit.failed('a');
      clock.advance(10_000);
    }
    expect(limit.waitMs('a')).toBe(50_000);
    expect(limit.waitMs('b')).toBe(0);
    clock.advance(50_000);
    expect(limit.waitMs('a')).toBe(0);
  });

  it('forgets failures after a minute', () => {
    const clock = new VirtualClock();
    const limit = new FailureLimit(clock, 2);
    for (let n = 0; n < 10; n++) {
      limit.failed('a');
      clock.advance(60_000);
      expect(limit.waitMs('a')).toBe(0);
    }
  });

  it('remembers a bounded number of addresses, the latest', () => {
    const limit = new FailureLimit(new VirtualClock(), 1);
    for (let n = 0; n < 10_000; n++) limit.failed(`address ${n}`);
    expect(limit.waitMs('address 0')).toBe(0);
    expect(limit.waitMs('address 9999')).toBe(60_000);
    expect(limit.waitMs(`address ${10_000 - 4_096}`)).toBe(60_000);
    expect(limit.waitMs(`address ${10_000 - 4_097}`)).toBe(0);
  });
});
