import { expect, it } from 'vitest';
import { slopePerHour } from './slope.ts';

const MINUTE_MS = 60_000;
const each = (value: (minute: number) => number) =>
  Array.from({ length: 50 }, (_, minute) => ({ atMs: 7 + minute * MINUTE_MS, value: value(minute) }));

it('a value that rises by one a minute rises by sixty an hour, whatever it began with', () => {
  expect(slopePerHour(each((minute) => 100 + minute))).toBeCloseTo(60, 6);
});

it('a value that swings and comes back does not rise', () => {
  expect(slopePerHour(each((minute) => 100 + Math.abs(minute - 24.5)))).toBeCloseTo(0, 6);
});

it('one sample, or none, is no slope', () => {
  expect([slopePerHour([]), slopePerHour([{ atMs: 1, value: 1 }])]).toEqual([0, 0]);
});
