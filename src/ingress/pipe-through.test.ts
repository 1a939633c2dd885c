import { expect, test } from 'vitest';
import { END } from '../contract/pipe.ts';
import { makeArena } from '../pipe/arena.ts';
import { makePair } from '../pipe/memory/pair.ts';
import { UnreadPipe } from './pipe-through.ts';

test('bytes that were put back come before those still to come, in pieces of any size, and the owner is told', async () => {
  const [far, near] = makePair(setImmediate);
  const arena = makeArena(64);
  const pipe = new UnreadPipe(near, Buffer.from('ANPX'));
  const { promise, resolve } = Promise.withResolvers<string>();
  let text = '';
  pipe.owner = {
    readable() {
      const count = pipe.read(arena, 0, 3);
      if (count === END) resolve(text);
      else text += arena.bytes.toString('latin1', 0, Math.max(0, count));
      if (text === 'ANPX') {
        arena.bytes.write('-rest', 0, 'latin1');
        far.write(arena, 0, 5);
        far.end();
      }
    },
    writable() {},
  };
  pipe.want(true, false);
  expect(await promise).toBe('ANPX-rest');
});

test('a pipe that is closed tells its owner nothing of what was put back', async () => {
  const [, near] = makePair(setImmediate);
  const pipe = new UnreadPipe(near, Buffer.from('x'));
  let told = 0;
  pipe.owner = { readable: () => (told += 1), writable() {} };
  pipe.want(true, false);
  pipe.close();
  await new Promise(setImmediate);
  expect(told).toBe(0);
});
