import { describe, expect, it } from 'vitest';
import { renewalTime, restMs } from './renewal.ts';

const DAY = 86_400_000;
const NINETY = 90 * DAY;

describe('a renewal', () => {
  it('is due at two thirds of the life, at the latest', () => {
    expect(renewalTime(0, NINETY, 0)).toBe(60 * DAY);
    expect(renewalTime(5 * DAY, 5 * DAY + 6 * DAY, 0)).toBe(9 * DAY);
  });

  it('comes earlier by chance, by a thirtieth of the life at most: certificates of one hour are not renewed in one hour', () => {
    const times = Array.from({ length: 100 }, (_, index) => renewalTime(0, NINETY, index / 100));
    expect(new Set(times).size).toBe(100);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(57 * DAY);
    expect(Math.max(...times)).toBe(60 * DAY);
  });
});

describe('the rest after a certificate came', () => {
  it('is a tenth of its life, a day at most', () => {
    expect(restMs(0, NINETY)).toBe(DAY);
    expect(restMs(0, 6 * DAY)).toBe(0.6 * DAY);
  });
});
