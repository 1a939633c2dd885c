// Part of pipe.suite.ts: bytes arrive whole, in order, and bounded.
import { expect, test } from 'vitest';
import { END } from '../contract/pipe.ts';
import { makeArena } from './arena.ts';
import { Ear, keyedArena, keyedByte, Listening, Talker } from './owners.testkit.ts';
import type { Ground, PipeWorld } from './world.testkit.ts';

export function bytesSuite(world: PipeWorld, ground: () => Ground): void {
  test('single bytes written arrive as single bytes read, in order', async () => {
    const [near, far] = await ground().pair();
    const letters = keyedArena(3, 200);
    let sent = 0;
    const writer = new Ear(near);
    writer.onWritable = () => {
      sent += writer.call((pipe) => pipe.write(letters, sent, 1));
      if (sent === letters.size) near.want(false, false);
    };
    near.want(false, true);
    const reader = new Listening(far, 1);
    await ground().until(() => reader.bytes.length === letters.size);
    expect(reader.bytes).toEqual(letters.bytes);
  });

  test('a read touches no byte outside the place it was given', async () => {
    const [near, far] = await ground().pair();
    const ear = new Ear(far);
    const arena = makeArena(64);
    arena.bytes.fill(0xaa);
    const reads: number[] = [];
    ear.onReadable = () => reads.push(far.read(arena, 20, 5));
    near.write(keyedArena(9, 5), 0, 1);
    far.want(true, false);
    await ground().until(() => reads.length > 0);
    expect(reads[0]).toBe(1);
    expect(arena.bytes[20]).toBe(keyedByte(9, 0));
    expect([...arena.bytes.subarray(0, 20), ...arena.bytes.subarray(25)].every((byte) => byte === 0xaa)).toBe(true);
  });

  test('a pipe keeps no reference to the arena it was given', async () => {
    const [near, far] = await ground().pair();
    const arena = keyedArena(1, 8);
    const taken = near.write(arena, 0, 8);
    arena.bytes.fill(0);
    const reader = new Listening(far);
    await ground().until(() => reader.bytes.length === taken);
    expect(reader.bytes).toEqual(keyedArena(1, 8).bytes.subarray(0, taken));
  });

  test('a writer that nobody reads is stopped within the bound, and goes on when somebody does', async () => {
    const [near, far] = await ground().pair();
    const arena = keyedArena(5, 65_536);
    let sent = 0;
    const writer = new Ear(near);
    writer.onWritable = () => {
      for (let taken = 1; taken > 0 && sent <= world.heldBytesMax; sent += taken) {
        taken = writer.call((pipe) => pipe.write(arena, 0, arena.size));
      }
      if (sent > world.heldBytesMax) near.want(false, false);
    };
    near.want(false, true);
    await ground().rest();
    await ground().rest();
    const stoppedAt = sent;
    expect(stoppedAt).toBeGreaterThan(0);
    expect(stoppedAt).toBeLessThanOrEqual(world.heldBytesMax);
    const reader = new Listening(far);
    await ground().until(() => sent > world.heldBytesMax);
    near.end();
    await ground().until(() => reader.end === END);
    expect(reader.bytes.length).toBe(sent);
  });

  test('keyed bytes pass both ways at once through tiny arenas, then both ends come', async () => {
    const [near, far] = await ground().pair();
    const out = { key: 17, bytes: world.bulkBytes, arenaBytes: 1_021 };
    const back = { key: 91, bytes: world.bulkBytes, arenaBytes: 4_099 };
    const left = new Talker(near, out, back);
    const right = new Talker(far, back, out);
    await ground().until(() => left.done && right.done);
    expect({ heard: left.heard, wrong: left.firstWrong, by: left.outcome }).toEqual({
      heard: back.bytes,
      wrong: -1,
      by: 'end',
    });
    expect({ heard: right.heard, wrong: right.firstWrong, by: right.outcome }).toEqual({
      heard: out.bytes,
      wrong: -1,
      by: 'end',
    });
    expect(left.toldInsideCall || right.toldInsideCall).toBe(false);
  });

  test('a thousand pipes at once keep their bytes apart', async () => {
    const talkers: Talker[] = [];
    for (let count = 0; count < 1_000; count++) {
      const [near, far] = await ground().pair();
      const out = { key: count, bytes: 40, arenaBytes: 16 };
      const back = { key: count + 128, bytes: 30, arenaBytes: 7 };
      talkers.push(new Talker(near, out, back), new Talker(far, back, out));
    }
    await ground().until(() => talkers.every((talker) => talker.done));
    expect(talkers.filter((talker) => talker.firstWrong >= 0 || talker.outcome !== 'end')).toEqual([]);
    for (const talker of talkers) talker.pipe.close();
  });
}
