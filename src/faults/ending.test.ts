import { expect, it } from 'vitest';
import { illegalEndings } from './ending.ts';

const from = (sent: number, finished: boolean) => ({ name: 'visitor', sent, finished });
const to = (got: number, saw: 'open' | 'fin' | 'reset') => ({ name: 'origin', got, saw });

it('FIN with every byte is legal, and so is an abort with some of them', () => {
  expect(illegalEndings(from(10, true), to(10, 'fin'))).toEqual([]);
  for (const got of [0, 5, 10]) expect(illegalEndings(from(10, true), to(got, 'reset'))).toEqual([]);
  expect(illegalEndings(from(10, false), to(3, 'reset'))).toEqual([]);
});

it.each([
  ['a clean end on a short message', from(10, true), to(9, 'fin'), 'origin saw FIN after 9 of 10 bytes'],
  ['FIN that nobody said', from(10, false), to(10, 'fin'), 'origin saw FIN, but visitor did not say it'],
  ['bytes that nobody sent', from(10, true), to(11, 'reset'), 'origin got 11 bytes of 10'],
  ['no end at all', from(10, true), to(10, 'open'), 'origin never saw an end'],
])('%s is illegal', (_what, sender, receiver, fault) => {
  expect(illegalEndings(sender, receiver)).toEqual([fault]);
});
