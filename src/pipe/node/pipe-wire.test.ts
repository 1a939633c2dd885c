// What only a real wire shows: segments, lingering closes, floods of single bytes, alerts.
import { expect, test } from 'vitest';
import { END, type Pipe, RESET } from '../../contract/pipe.ts';
import { makeArena } from '../arena.ts';
import { keyedArena, Listening } from '../owners.testkit.ts';
import { turns, untilInTurns } from '../world.testkit.ts';
import { RawWorld, type Seen, textOf } from './raw.testkit.ts';

const arena = makeArena(1_000);
arena.bytes.fill('x');

async function meet(world: RawWorld): Promise<{ pipe: Pipe; peer: Seen }> {
  const port = await world.listen();
  const peer = world.connect(port);
  await untilInTurns(() => world.arrivals.length > 0);
  return { pipe: world.arrivals[0]?.pipe as Pipe, peer };
}

test('what is written in one turn leaves as one segment, with the FIN behind it', async () => {
  const { pipe, peer } = await meet(new RawWorld());
  for (let part = 0; part < 100; part++) pipe.write(arena, part, 10);
  pipe.end();
  await untilInTurns(() => peer.ended);
  expect(peer.chunks.map((chunk) => chunk.length)).toEqual([1_000]);
});

test('what is written at the end of a turn leaves with that turn', async () => {
  const world = new RawWorld();
  const { pipe, peer } = await meet(world);
  let turn = 0;
  world.reactor.onTurn.push(() => {
    if (++turn === 1) pipe.write(arena, 0, 10);
  });
  world.reactor.schedule();
  await untilInTurns(() => peer.chunks.length > 0);
  expect(textOf(peer)).toBe('x'.repeat(10));
});

test('a visitor that is still sending reads the last answer whole, and is heard out', async () => {
  const { pipe, peer } = await meet(new RawWorld());
  // More than the kernel holds on the way.
  peer.socket.end(Buffer.alloc(32 * 2 ** 20));
  await untilInTurns(() => pipe.more);
  await turns(50);
  pipe.write(arena, 0, 413);
  pipe.end();
  pipe.close();
  await untilInTurns(() => peer.closed);
  expect([textOf(peer).length, peer.ended, peer.error]).toEqual([413, true, undefined]);
});

test('a closed pipe waits for its peer no longer than the bound', async () => {
  const world = new RawWorld({ pipeCloseMs: 7_000 });
  const { pipe, peer } = await meet(world);
  pipe.end();
  pipe.close();
  await untilInTurns(() => peer.ended);
  world.clock.advance(6_999);
  peer.socket.write('still there');
  await turns(50);
  expect(peer.error).toBeUndefined();
  world.clock.advance(1);
  await untilInTurns(() => {
    peer.socket.write('x');
    return peer.error !== undefined;
  });
  expect(['ECONNRESET', 'EPIPE']).toContain(peer.error);
});

test('a reset goes out although the owner has just ended', async () => {
  const { pipe, peer } = await meet(new RawWorld());
  pipe.write(arena, 0, 10);
  pipe.end();
  pipe.reset();
  // After a FIN Node does not read and so notices nothing by itself; an empty write asks the kernel.
  await untilInTurns(() => {
    if (peer.ended) peer.socket.write('');
    return peer.error !== undefined;
  });
  // A reset that comes after a FIN is EPIPE on Linux.
  expect(['ECONNRESET', 'EPIPE']).toContain(peer.error);
});

test('a flood of single bytes that nobody reads is stopped, and arrives whole when somebody does', async () => {
  const { pipe, peer } = await meet(new RawWorld());
  const bytes = keyedArena(4, 2_000).bytes;
  // A turn each, so that each comes as a chunk of its own.
  for (let at = 0; at < bytes.length; at++) {
    peer.socket.write(bytes.subarray(at, at + 1));
    await turns(1);
  }
  peer.socket.end();
  await turns(20);
  // What is held can be read without waiting.
  const first: Buffer[] = [];
  while (pipe.more) {
    const count = pipe.read(arena, 0, arena.size);
    first.push(Buffer.from(arena.bytes.subarray(0, count)));
  }
  expect(first.length).toBeLessThanOrEqual(100);
  const reader = new Listening(pipe);
  await untilInTurns(() => reader.end !== undefined);
  expect(reader.end).toBe(END);
  expect(Buffer.concat([...first, reader.bytes]).equals(bytes)).toBe(true);
});

test('data and FIN in one segment are data, then END', async () => {
  const { pipe, peer } = await meet(new RawWorld());
  peer.socket.end('last words');
  const reader = new Listening(pipe, 3);
  await untilInTurns(() => reader.end !== undefined);
  expect([reader.text, reader.end]).toEqual(['last words', END]);
});

test('bytes that came before a reset are a prefix of what was sent', async () => {
  const { pipe, peer } = await meet(new RawWorld());
  const reader = new Listening(pipe);
  peer.socket.write('some');
  await untilInTurns(() => reader.text === 'some');
  peer.socket.write('thing');
  peer.socket.resetAndDestroy();
  await untilInTurns(() => reader.end !== undefined);
  expect(reader.end).toBe(RESET);
  expect('something'.startsWith(reader.text)).toBe(true);
});
