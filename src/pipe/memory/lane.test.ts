import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lane } from './lane.ts';

test('a lane gives what was put in, in order, at any size, and never more than has arrived', () => {
  const steps = fc.array(fc.record({ put: fc.nat(9), arrive: fc.nat(9), take: fc.nat(9) }), { maxLength: 60 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), steps, (capacity, plan) => {
      const lane = new Lane(capacity);
      const model: number[] = [];
      let arrived = 0;
      let next = 0;
      for (const step of plan) {
        const put = Math.min(step.put, lane.room);
        const bytes = Buffer.from(Array.from({ length: put }, () => next++ & 0xff));
        lane.put(bytes, 0, put);
        model.push(...bytes);
        lane.arrive(step.arrive);
        arrived = Math.min(model.length, arrived + step.arrive);
        const into = Buffer.alloc(12);
        const take = Math.min(step.take, lane.arrived);
        lane.take(into, 2, take);
        arrived -= take;
        expect([...into.subarray(2, 2 + take)]).toEqual(model.splice(0, take));
        expect([lane.room, lane.arrived]).toEqual([capacity - model.length, arrived]);
      }
    }),
  );
});

test('a lane that was dropped is empty', () => {
  const lane = new Lane(4);
  lane.put(Buffer.from('abc'), 0, 3);
  lane.arrive(2);
  lane.drop();
  expect([lane.room, lane.arrived]).toEqual([4, 0]);
});
