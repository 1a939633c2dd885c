import { expect, it } from 'vitest';
import { seldom } from './seldom.ts';

it('what happens often is told so many times a minute, and again in the next', () => {
  let now = 0;
  const isDue = seldom(() => now, 2);
  expect([isDue(), isDue(), isDue()]).toEqual([true, true, false]);
  now = 59_999;
  expect(isDue()).toBe(false);
  now = 60_000;
  expect([isDue(), isDue(), isDue()]).toEqual([true, true, false]);
});
