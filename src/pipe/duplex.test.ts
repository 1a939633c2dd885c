import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { END, type Pipe, RESET } from '../contract/pipe.ts';
import { makeArena } from './arena.ts';
import { PipeDuplex, PipeError } from './duplex.ts';
import { memoryWorld, pairWorld } from './memory/worlds.testkit.ts';
import { tcpWorld, tlsWorld } from './node/worlds.testkit.ts';
import { Ear, keyedArena, Listening } from './owners.testkit.ts';
import type { Ground, PipeWorld } from './world.testkit.ts';

const WORLDS: readonly PipeWorld[] = [
  pairWorld('a pair of 7 bytes', setImmediate, { bufferBytes: 7, bulkBytes: 0 }),
  pairWorld('a pair', setImmediate, { bufferBytes: 65_536, bulkBytes: 0 }),
  tcpWorld,
  tlsWorld,
  memoryWorld({ seed: 11, splitBytesMax: 30, bufferBytes: 100, delayMsMax: 5, bulkBytes: 0 }),
];
const arena = makeArena(64);

/** Waits on a promise where time stands still unless the test moves it. */
async function settled<T>(ground: Ground, promise: Promise<T>): Promise<T> {
  let done = false;
  const mark = (): void => {
    done = true;
  };
  promise.then(mark, mark);
  await ground.until(() => done);
  return promise;
}

/** Not by iterating: that destroys the stream at its end, and here only one direction ends. */
async function gather(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(stream, 'end');
  return Buffer.concat(chunks);
}

async function inWorld(world: PipeWorld, act: (near: Pipe, far: Pipe, ground: Ground) => Promise<void>): Promise<void> {
  const ground = await world.open();
  try {
    const [near, far] = await ground.pair();
    await act(near, far, ground);
  } finally {
    await ground.close();
  }
}

describe.each(WORLDS.map((world) => [world.name, world] as const))('a Duplex over %s', (_name, world) => {
  test('streams carry bytes whole, both ways at once', () =>
    inWorld(world, async (near, far, ground) => {
      const [left, right] = [new PipeDuplex(near), new PipeDuplex(far)];
      const [out, back] = [keyedArena(1, 50_000).bytes, keyedArena(2, 70_000).bytes];
      left.end(out);
      right.end(back);
      const [heardRight, heardLeft] = await settled(ground, Promise.all([gather(right), gather(left)]));
      expect([heardRight.equals(out), heardLeft.equals(back)]).toEqual([true, true]);
      await settled(ground, Promise.all([left, right].map((end) => end.closed || once(end, 'close'))));
      expect([left.errored, right.errored]).toEqual([null, null]);
    }));

  test('chunks that are written together arrive one behind the other, none left out and none empty', () =>
    inWorld(world, async (near, far, ground) => {
      const [left, right] = [new PipeDuplex(near), new PipeDuplex(far)];
      const { bytes } = keyedArena(3, 80_000);
      const sizes = [9, 16_384, 9, 0, 16_384, 1, 40_000];
      left.cork();
      let at = 0;
      for (const size of sizes) {
        left.write(bytes.subarray(at, at + size));
        at += size;
      }
      left.uncork();
      left.end();
      expect((await settled(ground, gather(right))).equals(bytes.subarray(0, at))).toBe(true);
    }));

  test('the end of one direction leaves the other open', () =>
    inWorld(world, async (near, far, ground) => {
      const [left, right] = [new PipeDuplex(near), new PipeDuplex(far)];
      left.end('question');
      expect(String(await settled(ground, gather(right)))).toBe('question');
      expect(left.destroyed).toBe(false);
      right.end('answer');
      expect(String(await settled(ground, gather(left)))).toBe('answer');
    }));

  test('destroying with an error resets the pipe', () =>
    inWorld(world, async (near, far, ground) => {
      const left = new PipeDuplex(near);
      left.on('error', () => {});
      const reader = new Listening(far);
      left.destroy(new Error('enough'));
      await ground.until(() => reader.end !== undefined);
      expect(reader.end).toBe(RESET);
    }));

  test('a pipe that breaks is an error with the code of a socket', () =>
    inWorld(world, async (near, far, ground) => {
      const left = new PipeDuplex(near);
      const errors: Error[] = [];
      left.on('error', (error) => errors.push(error));
      far.reset();
      await ground.until(() => near.cause !== undefined);
      await settled(ground, left.closed ? Promise.resolve() : once(left, 'close').catch(() => {}));
      expect(errors.map((error) => error instanceof PipeError && [error.code, error.reason])).toEqual([
        ['ECONNRESET', 'reset'],
      ]);
    }));

  test('bytes read before come first', () =>
    inWorld(world, async (near, far, ground) => {
      const initial = Buffer.from('first, ');
      const left = new PipeDuplex(near, { initial });
      initial.fill(0);
      new PipeDuplex(far).end('then');
      expect(String(await settled(ground, gather(left)))).toBe('first, then');
    }));

  test('a stream that nobody reads holds the pipe back', () =>
    inWorld(world, async (near, far, ground) => {
      const left = new PipeDuplex(near);
      const writer = new Ear(far);
      let sent = 0;
      const bound = world.heldBytesMax + 10 * left.readableHighWaterMark;
      writer.onWritable = () => {
        for (let taken = 1; taken > 0 && sent <= bound; sent += taken) taken = far.write(arena, 0, arena.size);
        if (sent > bound) far.want(false, false);
      };
      far.want(false, true);
      await ground.rest();
      await ground.rest();
      expect(sent).toBeLessThanOrEqual(bound);
      expect(left.readableLength).toBeLessThanOrEqual(2 * left.readableHighWaterMark);
      let heard = 0;
      left.on('data', (chunk: Buffer) => {
        heard += chunk.length;
      });
      await ground.until(() => sent > bound);
      far.end();
      await ground.until(() => heard >= sent);
      expect(heard).toBe(sent);
    }));

  test('a pipe that nobody reads holds the stream back', () =>
    inWorld(world, async (near, far, ground) => {
      const left = new PipeDuplex(near);
      const chunk = keyedArena(3, 30_000).bytes;
      let acknowledged = 0;
      const count = Math.ceil((2 * world.heldBytesMax) / chunk.length) + 3;
      for (let place = 0; place < count; place++) left.write(chunk, () => acknowledged++);
      await ground.rest();
      expect(left.writableNeedDrain).toBe(true);
      expect(acknowledged).toBeLessThan(count);
      const reader = new Listening(far);
      left.end();
      await ground.until(() => reader.end === END);
      expect(reader.bytes.length).toBe(count * chunk.length);
    }));
});

test('destroySoon lets what was written leave', async () => {
  await inWorld(tcpWorld, async (near, far, ground) => {
    const left = new PipeDuplex(near);
    const reader = new Listening(far);
    left.write('goodbye');
    left.destroySoon();
    await ground.until(() => reader.end !== undefined && left.closed);
    expect([reader.text, reader.end]).toEqual(['goodbye', END]);
  });
});

test('destroy without an error and without an end is an abort', async () => {
  await inWorld(tcpWorld, async (near, far, ground) => {
    const reader = new Listening(far);
    new PipeDuplex(near).destroy();
    await ground.until(() => reader.end !== undefined);
    expect(reader.end).toBe(RESET);
  });
});

test('destroying with an error resets the pipe although it was ended', async () => {
  await inWorld(memoryWorld({ seed: 1, bulkBytes: 0 }), async (near, far, ground) => {
    const left = new PipeDuplex(near);
    left.on('error', () => {});
    left.end('goodbye');
    await ground.until(() => left.writableFinished);
    left.destroy(new Error('enough'));
    await ground.until(() => far.cause !== undefined);
    expect(far.cause).toBe('reset');
  });
});
