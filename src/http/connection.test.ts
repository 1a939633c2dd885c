import { describe, expect, test } from 'vitest';
import { END, RESET } from '../contract/pipe.ts';
import { makeArena } from '../pipe/arena.ts';
import { Connection, type ConnectionUser } from './connection.ts';
import { makeWorld, Script, type WorldOptions } from './exchange.testkit.ts';
import { type ParsedRequest, type Refusal, RequestHeadParser } from './request-head.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

function setUp(options: WorldOptions = {}) {
  const world = makeWorld(options);
  const connection = new Connection(world.far, world.services);
  const peer = new Script(world.near);
  const parser = new RequestHeadParser(world.services.limits, 'http');
  const told: string[] = [];
  const user: ConnectionUser & { hungry: boolean; ready: boolean } = {
    hungry: true,
    ready: false,
    readable: () => void told.push('readable'),
    writable: () => void told.push('writable'),
  };
  connection.user = user;
  const run = () => world.reactor.run();
  const head = () => connection.readHead<ParsedRequest | Refusal>(parser);
  return { world, connection, peer, user, told, run, head };
}

/** Lets the user be told at most `times` times: a level-triggered telling goes on for ever. */
function tellAtMost(user: ConnectionUser, connection: Connection, times: number): () => number {
  let count = 0;
  user.readable = () => {
    count += 1;
    if (count >= times) connection.want(false, false);
  };
  return () => count;
}

describe('heads', () => {
  test('are read one by one, and what follows stays', () => {
    const { connection, peer, run, head } = setUp();
    peer.send(`${GET}${GET}body`);
    run();
    expect(head()).toMatchObject({ kind: 'request' });
    expect(connection.carried).toBe(GET.length + 4);
    expect(head()).toMatchObject({ kind: 'request' });
    expect(head()).toBeUndefined();
    const arena = makeArena(10);
    expect(connection.read(arena, 3, 7)).toBe(4);
    expect(arena.bytes.toString('latin1', 3, 7)).toBe('body');
    expect(connection.read(arena, 0, 10)).toBe(0);
  });

  test('that come slowly hold no arena and make nobody spin', () => {
    const { world, connection, peer, user, run, head } = setUp();
    let calls = 0;
    user.readable = () => {
      calls += 1;
      head();
    };
    connection.want(true, false);
    for (const byte of GET.slice(0, -1)) {
      peer.send(byte);
      run();
    }
    expect(calls).toBe(GET.length - 1);
    expect(connection.carried).toBe(GET.length - 1);
    expect(world.services.arenas.lent).toBe(0);
  });

  test('that are refused leave nothing behind', () => {
    const { connection, peer, run, head } = setUp();
    peer.send(`nonsense\r\n\r\n${GET}`);
    run();
    expect(head()).toMatchObject({ kind: 'refused' });
    expect(connection.carried).toBe(0);
  });

  test('end with the pipe', () => {
    const { peer, run, head } = setUp();
    peer.send('GET').fin();
    run();
    expect(head()).toBe(END);
    const broken = setUp();
    broken.peer.pipe.reset();
    broken.run();
    expect(broken.head()).toBe(RESET);
  });

  test('never carry more than a head, however much is sent', () => {
    const { world, connection, peer, run, head } = setUp();
    peer.send(GET.repeat(4_000));
    run();
    head();
    expect(connection.carried).toBeLessThanOrEqual(world.services.limits.headBytes);
  });
});

describe('telling', () => {
  test('is repeated while carried bytes are wanted, and stops when they are not', () => {
    const { connection, peer, user, run, head } = setUp();
    peer.send(`${GET}more`);
    run();
    head();
    const count = tellAtMost(user, connection, 3);
    connection.want(true, false);
    expect(count()).toBe(0);
    run();
    expect(count()).toBe(3);
  });

  test('is repeated while the user itself has something', () => {
    const { connection, user, run } = setUp();
    user.ready = true;
    user.hungry = false;
    const count = tellAtMost(user, connection, 2);
    connection.want(true, false);
    run();
    expect(count()).toBe(2);
  });

  test('leaves out users that are not hungry', () => {
    const { connection, peer, user, told, run } = setUp();
    user.hungry = false;
    peer.send(GET);
    connection.want(true, false);
    run();
    expect(told).toEqual([]);
  });

  test('of a break comes whatever is wanted, once', () => {
    const { peer, told, run } = setUp();
    peer.pipe.reset();
    run();
    expect(told).toEqual(['readable']);
  });
});

describe('output', () => {
  const arena = (text: string) => ({ bytes: Buffer.from(text), size: text.length });

  test('that is held leaves with what is written next, in one write', () => {
    const { world, connection, peer, run } = setUp();
    const writes: number[] = [];
    const { pipe } = connection;
    const write = pipe.write.bind(pipe);
    pipe.write = (from, at, length) => {
      writes.push(length);
      return write(from, at, length);
    };
    connection.hold('head ');
    expect(connection.write(arena('body '), 0, 5)).toBe(5);
    for (const chunk of ['chunk', 'other']) expect(connection.writeChunks(arena(chunk), 0, 5)).toBe(5);
    connection.flush();
    expect(writes).toEqual([30]);
    run();
    expect(peer.heard).toBe('head body 5\r\nchunk\r\n5\r\nother\r\n');
    expect(world.services.arenas.lent).toBe(0);
  });

  test('that is held leaves by the end of the turn also when nothing follows', () => {
    const { connection, peer, run } = setUp();
    connection.hold('head');
    run();
    expect(peer.heard).toBe('head');
  });

  test('that the pipe refuses stays in order and is bounded', () => {
    const { connection, peer, run } = setUp({ bufferBytes: 4 });
    peer.read(false);
    connection.hold('0123456789');
    run();
    expect(connection.write(arena('abc'), 0, 3)).toBe(0);
    expect(connection.writeChunks(arena('abc'), 0, 3)).toBe(0);
    const held = 'x'.repeat(100_000);
    expect(connection.hold(held)).toBe(true);
    expect(connection.hold(held)).toBe(false);
    peer.read(true);
    run();
    expect(peer.heard).toBe(`0123456789${held}`);
    expect(connection.pending).toBe(0);
  });

  test('too large for a block is refused and keeps no block', () => {
    const { world, connection } = setUp();
    expect(connection.hold('x'.repeat(200_000))).toBe(false);
    expect(world.services.arenas.lent).toBe(0);
  });

  test('still leaves after finish, however slowly', () => {
    const { world, connection, peer, run } = setUp({ bufferBytes: 4 });
    peer.read(false);
    connection.hold('0123456789');
    connection.finish();
    run();
    expect(peer.end).toBe('open');
    peer.read(true);
    run();
    expect([peer.heard, peer.end]).toEqual(['0123456789', 'fin']);
    expect(world.services.arenas.lent).toBe(0);
  });

  test('is dropped by a break, whatever the user does', () => {
    const { world, connection, peer, run } = setUp({ bufferBytes: 4 });
    peer.read(false);
    connection.hold('0123456789');
    run();
    expect(world.services.arenas.lent).toBe(1);
    peer.pipe.reset();
    run();
    expect(world.services.arenas.lent).toBe(0);
  });

  test('is dropped by a break after finish', () => {
    const { world, connection, peer, run } = setUp({ bufferBytes: 4 });
    connection.hold('0123456789');
    connection.finish();
    peer.pipe.reset();
    run();
    expect(world.services.arenas.lent).toBe(0);
    expect(connection.hold('x')).toBe(false);
  });
});

test('a connection is released with what was read too far', () => {
  const { connection, peer, run, head, world } = setUp();
  peer.send(`${GET}frames`);
  run();
  head();
  expect(connection.release().toString()).toBe('frames');
  expect(world.far.owner).toBeUndefined();
  peer.send('more');
  run();
  expect(world.far.read(makeArena(10), 0, 10)).toBe(4);
});

test('a quiet connection is one on which nothing came', () => {
  for (const [happens, quiet] of [
    [() => {}, true],
    [(peer: Script) => peer.send('x'), false],
    [(peer: Script) => peer.fin(), false],
    [(peer: Script) => peer.pipe.reset(), false],
  ] as const) {
    const { connection, peer, run } = setUp();
    happens(peer);
    run();
    expect(connection.isQuiet()).toBe(quiet);
  }
});
