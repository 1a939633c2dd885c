// Part of pipe.suite.ts: when owners are told. Level-triggered, from a later turn, only what was asked for.
import { expect, test } from 'vitest';
import { makeArena } from './arena.ts';
import { Ear } from './owners.testkit.ts';
import type { Ground, PipeWorld } from './world.testkit.ts';

const arena = makeArena(64);

export function tellingSuite(_world: PipeWorld, ground: () => Ground): void {
  test('a new pipe wants nothing', async () => {
    const ends = await ground().pair();
    const ears = ends.map((pipe) => new Ear(pipe));
    ends[0].write(arena, 0, 4);
    ends[1].write(arena, 0, 4);
    await ground().rest();
    expect(ears.map((ear) => ear.told)).toEqual([0, 0]);
  });

  test('what came before it was wanted is told once it is, and not from inside the call', async () => {
    const [near, far] = await ground().pair();
    const ear = new Ear(far);
    near.write(arena, 0, 1);
    await ground().rest();
    ear.onReadable = () => far.want(false, false);
    ear.call((pipe) => pipe.want(true, false));
    expect(ear.readables).toBe(0);
    await ground().until(() => ear.readables > 0);
    expect(ear.toldInsideCall).toBe(false);
  });

  test('readability is told again while something is left', async () => {
    const [near, far] = await ground().pair();
    const ear = new Ear(far);
    const sent = near.write(arena, 0, 5);
    let heard = 0;
    let spared = 2;
    // Twice it takes nothing at all.
    ear.onReadable = () => {
      if (spared-- <= 0) heard += ear.call((pipe) => pipe.read(arena, 0, 1));
    };
    far.want(true, false);
    await ground().until(() => heard === sent);
    await ground().rest();
    const quiet = ear.readables;
    await ground().rest();
    expect(quiet).toBeGreaterThanOrEqual(sent + 2);
    expect(ear.readables).toBe(quiet);
  });

  test('room is told again while it is wanted, and no more when it is not', async () => {
    const [near] = await ground().pair();
    const ear = new Ear(near);
    ear.onWritable = () => {
      if (ear.writables === 5) ear.call((pipe) => pipe.want(false, false));
    };
    ear.call((pipe) => pipe.want(false, true));
    expect(ear.writables).toBe(0);
    await ground().until(() => ear.writables === 5);
    await ground().rest();
    expect([ear.writables, ear.readables, ear.toldInsideCall]).toEqual([5, 0, false]);
  });

  test('a wish taken back in time is not told', async () => {
    const [near, far] = await ground().pair();
    const ear = new Ear(far);
    near.write(arena, 0, 3);
    await ground().rest();
    far.want(true, true);
    far.want(false, false);
    await ground().rest();
    expect(ear.told).toBe(0);
  });

  test('an end that was read is not told again', async () => {
    const [near, far] = await ground().pair();
    const ear = new Ear(far);
    ear.onReadable = () => ear.call((pipe) => pipe.read(arena, 0, 10));
    near.end();
    far.want(true, false);
    await ground().until(() => ear.readables > 0);
    await ground().rest();
    expect(ear.readables).toBe(1);
    expect(far.more).toBe(false);
  });

  test('more is true while something can be read and false when surely nothing can', async () => {
    const [near, far] = await ground().pair();
    expect(far.more).toBe(false);
    near.write(arena, 0, 1);
    await ground().until(() => far.more);
    expect(far.read(arena, 0, 10)).toBe(1);
    expect(far.more).toBe(false);
    near.end();
    await ground().until(() => far.more);
  });

  test('an owner may close or let go of its pipe while it is told', async () => {
    const [near, far] = await ground().pair();
    near.write(arena, 0, 1);
    const ear = new Ear(far);
    ear.onReadable = () => {
      far.owner = undefined;
      far.close();
    };
    far.want(true, false);
    await ground().until(() => far.cause === 'local');
    const told = ear.told;
    await ground().rest();
    expect(ear.told).toBe(told);
  });
}
