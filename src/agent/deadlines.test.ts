import { expect, it } from 'vitest';
import { VirtualClock } from '../pipe/memory/clock.ts';
import { Deadlines } from './deadlines.ts';

function make() {
  const clock = new VirtualClock();
  const due: string[] = [];
  return { clock, due, deadlines: new Deadlines<string>(clock, 1_000, (item) => due.push(item)) };
}

it('each item is due once, after its own time', () => {
  const { clock, due, deadlines } = make();
  deadlines.add('a');
  clock.advance(400);
  deadlines.add('b');
  clock.advance(599);
  expect(due).toEqual([]);
  clock.advance(1);
  expect(due).toEqual(['a']);
  clock.advance(400);
  expect(due).toEqual(['a', 'b']);
  clock.advance(10_000);
  expect(due).toEqual(['a', 'b']);
});

it('an item that was taken out is not due, and one added again starts anew', () => {
  const { clock, due, deadlines } = make();
  deadlines.add('a');
  deadlines.add('b');
  clock.advance(900);
  deadlines.remove('a');
  deadlines.add('b');
  clock.advance(999);
  expect(due).toEqual([]);
  clock.advance(1);
  expect(due).toEqual(['b']);
});

it('an item may be added from inside its own end', () => {
  const clock = new VirtualClock();
  let ends = 0;
  const deadlines: Deadlines<string> = new Deadlines(clock, 1_000, (item) => {
    ends++;
    deadlines.add(item);
  });
  deadlines.add('a');
  clock.advance(3_500);
  expect(ends).toBe(3);
});

it('no timer is left when the last item of a retired row is gone', () => {
  const { clock, due, deadlines } = make();
  deadlines.add('a');
  deadlines.add('b');
  deadlines.retire();
  deadlines.remove('a');
  clock.advance(999);
  expect(clock.nextAt).toBe(1_000);
  deadlines.remove('b');
  expect(clock.nextAt).toBe(Number.POSITIVE_INFINITY);
  expect(due).toEqual([]);
});
