import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from './clock.ts';

test('timers fire in the order of their deadlines, and in the order asked for where those are equal', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), (delays) => {
      const clock = new VirtualClock();
      const fired: string[] = [];
      delays.forEach((delayMs, order) => {
        clock.after(delayMs, () => fired.push(`${delayMs}/${order} at ${clock.now()}`));
      });
      clock.advance(50);
      const expected = delays
        .map((delayMs, order) => ({ delayMs, order }))
        .sort((a, b) => a.delayMs - b.delayMs || a.order - b.order)
        .map(({ delayMs, order }) => `${delayMs}/${order} at ${delayMs}`);
      expect(fired).toEqual(expected);
    }),
  );
});

test('time stands still until it is moved, and stops where it was moved to', () => {
  const clock = new VirtualClock(5_000);
  let fired = 0;
  clock.after(100, () => fired++);
  clock.advance(99);
  expect([fired, clock.now(), clock.wall()]).toEqual([0, 99, 5_099]);
  clock.advance(1);
  expect(fired).toBe(1);
});

test('a cancelled timer does not fire and is not the next one', () => {
  const clock = new VirtualClock();
  const first = clock.after(10, () => expect.unreachable());
  clock.after(20, () => {});
  first.cancel();
  expect(clock.nextAt).toBe(20);
  clock.advance(30);
  expect(clock.nextAt).toBe(Number.POSITIVE_INFINITY);
});

test('timers asked for while time moves fire in the same move', () => {
  const clock = new VirtualClock();
  const beats: number[] = [];
  const beat = (): void => {
    beats.push(clock.now());
    clock.after(10, beat);
  };
  beat();
  clock.advance(35);
  expect(beats).toEqual([0, 10, 20, 30]);
});
