// Part of pipe.suite.ts: owners that throw. It costs them their pipe, and nobody else anything.
import { expect, test } from 'vitest';
import { RESET } from '../contract/pipe.ts';
import { makeArena } from './arena.ts';
import { Ear, Listening } from './owners.testkit.ts';
import type { Ground, PipeWorld } from './world.testkit.ts';

const arena = makeArena(64);
const DEFECT = new Error('a planted defect');

/** Throws the first `times` times. */
function throwing(times = Number.POSITIVE_INFINITY): () => void {
  let thrown = 0;
  return () => {
    if (thrown++ < times) throw DEFECT;
  };
}

export function defectsSuite(world: PipeWorld, ground: () => Ground): void {
  test('an owner that throws is told once, as of a break, and the other end sees an abort', async () => {
    const [near, far] = await ground().pair();
    const other = new Listening(near);
    const ear = new Ear(far);
    ear.onReadable = throwing(1);
    far.want(true, false);
    near.write(arena, 0, 4);
    await ground().until(() => ear.readables === 2 && other.end !== undefined);
    await ground().rest();
    expect([ground().defects.splice(0), far.cause, far.read(arena, 0, 1), ear.told]).toEqual([
      [DEFECT],
      'defect',
      RESET,
      2,
    ]);
    if (world.resets === 'reset') expect(other.end).toBe(RESET);
  });

  test('an owner that throws again when it hears of the break hears nothing more', async () => {
    const [near, far] = await ground().pair();
    const ear = new Ear(far);
    ear.onReadable = throwing();
    far.want(true, false);
    near.write(arena, 0, 4);
    await ground().until(() => ear.readables === 2);
    await ground().rest();
    expect([ground().defects.splice(0), ear.told]).toEqual([[DEFECT, DEFECT], 2]);
  });

  test('an owner that throws when it may write loses its pipe, too', async () => {
    const [near] = await ground().pair();
    const ear = new Ear(near);
    ear.onWritable = throwing();
    near.want(false, true);
    await ground().until(() => ear.readables === 1);
    expect([ground().defects.splice(0), near.cause]).toEqual([[DEFECT], 'defect']);
  });

  test('others are told in the very same turn', async () => {
    const pairs = [await ground().pair(), await ground().pair(), await ground().pair()];
    const ears = pairs.map(([, far]) => new Listening(far));
    ears[1]!.onReadable = throwing();
    const sent = [0, 0, 0];
    const arrived = (of: number) => sent[of]! > 0 && ears[of]!.bytes.length === sent[of];
    const say = () => {
      for (const [of, [near]] of pairs.entries()) sent[of]! += Math.max(0, near.write(arena, 0, 4));
    };
    say();
    await ground().until(() => arrived(0) && arrived(2) && ears[1]!.told === 2);
    expect(ground().defects.splice(0)).toEqual([DEFECT, DEFECT]);
    say();
    await ground().until(() => arrived(0) && arrived(2));
  });
}
