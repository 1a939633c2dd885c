// Part of pipe.suite.ts: FIN, RST, close and cut, in every order.
import { expect, test } from 'vitest';
import { END, type Pipe, RESET } from '../contract/pipe.ts';
import { makeArena } from './arena.ts';
import { Ear, keyedArena, Listening } from './owners.testkit.ts';
import type { Ground, PipeWorld } from './world.testkit.ts';

const arena = makeArena(4_096);

/** Writes all of it, turn by turn, then does what comes after. */
function say(pipe: Pipe, bytes: Buffer, then: (pipe: Pipe) => void): Ear {
  const ear = new Ear(pipe);
  let sent = 0;
  ear.onWritable = () => {
    while (sent < bytes.length) {
      const length = bytes.copy(arena.bytes, 0, sent, sent + arena.size);
      const taken = ear.call((same) => same.write(arena, 0, length));
      if (taken <= 0) return;
      sent += taken;
    }
    pipe.want(false, false);
    ear.call(then);
  };
  pipe.want(false, true);
  return ear;
}

export function endingsSuite(world: PipeWorld, ground: () => Ground): void {
  const readsReset = (end: number | undefined): boolean => end === RESET || (world.resets === 'end' && end === END);

  test.each(['dialled', 'accepted'])('the FIN of the %s end leaves the other direction open', async (first) => {
    const ends = await ground().pair();
    const [ending, going] = first === 'dialled' ? ends : [ends[1], ends[0]];
    const long = keyedArena(2, 30_000).bytes;
    const hears = new Listening(going);
    say(ending, Buffer.from('question'), (pipe) => pipe.end());
    await ground().until(() => hears.end !== undefined);
    expect([hears.text, hears.end]).toEqual(['question', END]);
    const answer = new Listening(ending);
    say(going, long, (pipe) => pipe.end());
    await ground().until(() => answer.end !== undefined);
    expect(answer.bytes.equals(long)).toBe(true);
    expect(answer.end).toBe(END);
    expect([ending.cause, going.cause]).toEqual([undefined, undefined]);
  });

  test('END can be read again', async () => {
    const [near, far] = await ground().pair();
    near.end();
    const reader = new Listening(far);
    await ground().until(() => reader.end !== undefined);
    expect(far.read(arena, 0, 1)).toBe(END);
  });

  test('nothing is taken after end', async () => {
    const [near] = await ground().pair();
    near.end();
    near.end();
    expect(near.write(arena, 0, 1)).toBe(RESET);
  });

  test('a reset is seen by an owner that wants nothing, once', async () => {
    const [near, far] = await ground().pair();
    const ear = new Ear(far);
    // A Unix socket shows a reset as an end, and that is told to those who read.
    if (world.resets === 'end') far.want(true, false);
    near.reset();
    await ground().until(() => ear.readables > 0);
    far.want(true, true);
    const end = far.read(arena, 0, 1);
    await ground().rest();
    expect(readsReset(end)).toBe(true);
    expect(ear.toldInsideCall).toBe(false);
    expect(ear.readables).toBe(1);
    if (world.resets === 'reset') expect([far.cause, far.write(arena, 0, 1), far.more]).toEqual(['reset', RESET, true]);
  });

  test('close without end is a reset', async () => {
    const [near, far] = await ground().pair();
    const reader = new Listening(far);
    near.close();
    await ground().until(() => reader.end !== undefined);
    expect(readsReset(reader.end)).toBe(true);
    expect([near.cause, near.read(arena, 0, 1), near.write(arena, 0, 1)]).toEqual(['local', RESET, RESET]);
  });

  test('what was written before end and close arrives whole, also at a reader that comes late', async () => {
    const [near, far] = await ground().pair();
    const long = keyedArena(7, Math.min(400_000, world.heldBytesMax)).bytes;
    let closed = false;
    say(near, long, (pipe) => {
      pipe.end();
      pipe.close();
      closed = true;
    });
    await ground().rest();
    const reader = new Listening(far);
    await ground().until(() => reader.end !== undefined);
    expect(closed).toBe(true);
    expect(reader.end).toBe(END);
    expect(reader.bytes.equals(long)).toBe(true);
  });

  test('what comes after close is thrown away, and the other end may finish', async () => {
    const [near, far] = await ground().pair();
    near.end();
    near.close();
    let finished = false;
    const reader = new Listening(far);
    say(far, keyedArena(3, 2_000).bytes, (pipe) => {
      pipe.end();
      finished = true;
    });
    await ground().until(() => finished);
    await ground().rest();
    expect(reader.readables).toBe(0);
    expect(far.cause).toBeUndefined();
  });

  test('a reset against an end leaves neither side waiting', async () => {
    const [near, far] = await ground().pair();
    const reader = new Listening(near);
    near.write(arena, 0, 8);
    near.end();
    far.reset();
    await ground().until(() => reader.end !== undefined);
    expect(readsReset(reader.end)).toBe(true);
    near.close();
  });

  test('after the reset of its peer a pipe takes nothing', async () => {
    const [near, far] = await ground().pair();
    const ear = new Ear(near);
    near.want(false, true);
    let answer = 0;
    ear.onWritable = ear.onReadable = () => {
      answer = ear.call((pipe) => pipe.write(arena, 0, 16));
    };
    far.reset();
    await ground().until(() => answer === RESET);
    expect(near.cause).toBe('reset');
  });

  test('a reset in the turn of the FIN is still noticed', async () => {
    const [near, far] = await ground().pair();
    const ear = new Ear(far);
    near.end();
    near.reset();
    await ground().rest();
    if (world.resets === 'end') far.write(arena, 0, 1);
    await ground().until(() => ear.readables > 0);
    expect(far.cause).toBe('reset');
  });

  test('a reset is noticed although the FIN came before it and nothing is wanted', async () => {
    const [near, far] = await ground().pair();
    const reader = new Listening(far);
    near.end();
    await ground().until(() => reader.end === END);
    far.want(false, false);
    near.reset();
    // Where there is no RST nothing more can be noticed without writing.
    if (world.resets === 'end') far.write(arena, 0, 1);
    await ground().until(() => far.cause !== undefined);
    expect(far.cause).toBe('reset');
  });

  test('a reset is noticed although too much is unread', async () => {
    const [near, far] = await ground().pair();
    const ear = new Ear(far);
    say(near, Buffer.alloc(Math.min(300_000, world.heldBytesMax)), (pipe) => pipe.want(false, false));
    await ground().rest();
    near.reset();
    if (world.resets === 'end') far.write(arena, 0, 1);
    await ground().until(() => far.cause !== undefined);
    await ground().until(() => ear.readables > 0);
    expect(far.cause).toBe('reset');
  });

  test('an end without farewell reads as the world declares', async () => {
    const { pipe, cut } = await ground().cuttable();
    const reader = new Listening(pipe);
    cut();
    await ground().until(() => reader.end !== undefined);
    expect(reader.end).toBe(world.cutReads);
  });

  test.each(['reset', 'close'] as const)(
    'after %s, called in any state and twice, the owner hears nothing',
    async (how) => {
      const [near, far] = await ground().pair();
      const ears = [new Ear(near), new Ear(far)] as const;
      far.write(arena, 0, 10);
      near.want(true, true);
      near.end();
      for (const ear of ears) ear.call((pipe) => pipe[how]());
      for (const ear of ears) ear.call((pipe) => pipe[how]());
      near.want(true, true);
      near.end();
      near.reset();
      near.close();
      const before = ears.map((ear) => ear.told);
      await ground().rest();
      expect(ears.map((ear) => ear.told)).toEqual(before);
      expect(near.cause).toBe('local');
    },
  );
}
