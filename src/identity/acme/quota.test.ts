import { describe, expect, it } from 'vitest';
import { Quota } from './quota.ts';

const HOUR = 3_600_000;

describe('the quota of new names', () => {
  it('is by account and by hour, and says when there is one again', () => {
    const quota = new Quota(2);
    expect([quota.take('ann', 0), quota.take('ann', 1_000)]).toEqual([0, 0]);
    expect(quota.take('ann', 2_000)).toBe(HOUR - 2_000);
    expect(quota.take('bob', 2_000)).toBe(0);
    expect(quota.take('ann', HOUR)).toBe(0);
    expect(quota.take('ann', HOUR)).toBe(1_000);
  });

  it('takes nothing from who asks in vain', () => {
    const quota = new Quota(1);
    quota.take('ann', 0);
    for (let at = 1; at < HOUR; at += 60_000) expect(quota.take('ann', at)).toBe(HOUR - at);
    expect(quota.take('ann', HOUR)).toBe(0);
  });

  it('is the same after forgetting who brought nothing for an hour', () => {
    const quota = new Quota(1);
    quota.take('ann', 0);
    quota.take('bob', 1_000);
    quota.sweep(HOUR);
    expect([quota.take('ann', HOUR), quota.take('bob', HOUR)]).toEqual([0, 1_000]);
  });
});
