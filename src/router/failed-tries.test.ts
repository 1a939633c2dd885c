import { describe, expect, it } from 'vitest';
import { type LimitName, type Limits, limitValues } from '../contract/limits.ts';
import { VirtualClock } from '../pipe/memory/clock.ts';
import { FailedTries } from './failed-tries.ts';

function make(changes: Partial<Limits> = {}) {
  const clock = new VirtualClock();
  const bounds: LimitName[] = [];
  return { clock, bounds, tries: new FailedTries(clock, limitValues(changes), (limit) => bounds.push(limit)) };
}

describe('the count of failed tries', () => {
  it('makes an address wait a minute from the failure that filled it, and only that address', () => {
    const { clock, tries } = make({ authFailuresPerMinute: 3 });
    for (let n = 0; n < 3; n++) {
      expect(tries.waitMs('192.0.2.1')).toBe(0);
      tries.failed('192.0.2.1');
      clock.advance(10_000);
    }
    expect(tries.waitMs('192.0.2.1')).toBe(50_000);
    expect(tries.waitMs('192.0.2.2')).toBe(0);
    clock.advance(49_999);
    expect(tries.waitMs('192.0.2.1')).toBe(1);
    clock.advance(1);
    expect(tries.waitMs('192.0.2.1')).toBe(0);
  });

  it('begins anew a minute after the first failure', () => {
    const { clock, tries } = make({ authFailuresPerMinute: 2 });
    for (let n = 0; n < 10; n++) {
      tries.failed('192.0.2.1');
      clock.advance(60_000);
      expect(tries.waitMs('192.0.2.1')).toBe(0);
    }
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['::1', '::1', true],
    ['fe80::1%eth0', 'fe80::2%eth1', true],
    ['192.0.2.1', '::ffff:192.0.2.1', true],
    ['192.0.2.1', '192.0.2.2', false],
    ['', '', true],
  ])('of "%s" and "%s" is one: %s', (one, other, same) => {
    const { tries } = make({ authFailuresPerMinute: 1 });
    tries.failed(one);
    expect(tries.waitMs(other) > 0).toBe(same);
  });

  it('remembers a bounded number of addresses, the latest, and counts who is forgotten too early', () => {
    const { clock, bounds, tries } = make({ authFailuresPerMinute: 1, authFailureAddresses: 100 });
    const address = (n: number) => `10.0.${n >> 8}.${n & 255}`;
    for (let n = 0; n < 150; n++) tries.failed(address(n));
    expect(tries.waitMs(address(49))).toBe(0);
    expect(tries.waitMs(address(50))).toBe(60_000);
    expect(bounds).toHaveLength(50);
    clock.advance(60_000);
    for (let n = 200; n < 300; n++) tries.failed(address(n));
    expect(bounds).toHaveLength(50);
  });
});
