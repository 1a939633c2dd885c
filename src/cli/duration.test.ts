import { expect, it } from 'vitest';
import { duration, milliseconds } from './duration.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

it.each([
  [0, '0 s'],
  [59.9 * SECOND, '59 s'],
  [125 * SECOND, '2 min 5 s'],
  [HOUR, '1 h'],
  [24 * HOUR + 59 * SECOND, '1 d'],
  [76 * HOUR + 5 * 60 * SECOND, '3 d 4 h'],
])('%i ms is %s', (ms, text) => expect(duration(ms)).toBe(text));

it('short times have a decimal, unknown ones a dash', () => {
  expect([0.04, 9.94, 9.96, 123.4, 1_208, undefined].map(milliseconds)).toEqual([
    '0.0 ms',
    '9.9 ms',
    '10 ms',
    '123 ms',
    '1.2 s',
    '–',
  ]);
});
