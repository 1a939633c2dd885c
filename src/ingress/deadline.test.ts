import { expect, test } from 'vitest';
import { VirtualClock } from '../pipe/memory/clock.ts';
import { Deadline } from './deadline.ts';

function make() {
  const clock = new VirtualClock();
  const reached: number[] = [];
  return { clock, reached, deadline: new Deadline(clock, () => reached.push(clock.now())) };
}

test('the moment set last counts, later or sooner', () => {
  const { clock, reached, deadline } = make();
  deadline.set(1_000);
  clock.advance(500);
  deadline.set(5_000);
  clock.advance(4_999);
  expect(reached).toEqual([]);
  clock.advance(1);
  deadline.set(9_000);
  deadline.set(100);
  clock.advance(10_000);
  expect(reached).toEqual([5_500, 5_600]);
});

test('a deadline that is cleared or ended is not reached, and ending leaves no timer', () => {
  const { clock, reached, deadline } = make();
  deadline.set(1_000);
  deadline.clear();
  clock.advance(2_000);
  deadline.set(1_000);
  deadline.end();
  expect(clock.nextAt).toBe(Number.POSITIVE_INFINITY);
  clock.advance(2_000);
  expect(reached).toEqual([]);
});

test('moving a deadline later arms no further timer', () => {
  const { clock, deadline } = make();
  let armed = 0;
  const after = clock.after.bind(clock);
  clock.after = (ms, fire) => {
    armed += 1;
    return after(ms, fire);
  };
  for (let i = 0; i < 1_000; i += 1) {
    deadline.set(10_000);
    clock.advance(1);
  }
  expect(armed).toBe(1);
});
