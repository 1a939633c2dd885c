import { describe, expect, test } from 'vitest';
import { makeArena } from '../pipe/arena.ts';
import { Ear } from '../pipe/owners.testkit.ts';
import { ClientWorld } from './client.testkit.ts';
import { ClientMessage } from './client-message.ts';
import { Connection } from './connection.ts';
import { makeWorld, Script, type WorldOptions } from './exchange.testkit.ts';
import { request } from './heads.testkit.ts';
import { Way } from './relay.testkit.ts';
import { ServerMessage } from './server-message.ts';

const OK = 'HTTP/1.1 200 OK\r\n';

/** A visitor, the whole way, and the scripts at its other end, in the order they were dialled. */
function setUp(options: WorldOptions = {}) {
  const world = makeWorld(options);
  const origins: Script[] = [];
  void world.reactor.listen({ path: '/o' }, {}, (arrival) => void origins.push(new Script(arrival.pipe)));
  const dial = () => new Connection(world.reactor.dial({ path: '/o' }, { timeoutMs: 1e9 }), world.services);
  const way = new Way(world, dial, 100);
  const say = (script: Script, text: string) => {
    script.send(text);
    world.reactor.run();
  };
  return { way, visitor: way.visitor, origins, say, run: () => world.reactor.run() };
}

describe('Expect: 100-continue', () => {
  const PUT = 'PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n';

  test('P45: the origin’s 100 comes before the body goes', () => {
    const { visitor, origins, say } = setUp();
    say(visitor, PUT);
    expect(origins[0]?.heard).toBe('PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n');
    say(origins[0] as Script, 'HTTP/1.1 100 Continue\r\n\r\n');
    expect(visitor.heard).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    say(visitor, 'hello');
    expect(origins[0]?.heard).toMatch(/hello$/);
    say(origins[0] as Script, `${OK}Content-Length: 0\r\n\r\n`);
    expect(visitor.heard).toMatch(/200 OK\r\nContent-Length: 0\r\n\r\n$/);
  });

  test('P46, X5: a final answer instead ends both connections, whatever the visitor sends next', () => {
    const { way, visitor, origins, say } = setUp();
    say(visitor, PUT);
    say(origins[0] as Script, 'HTTP/1.1 401 X\r\nContent-Length: 2\r\n\r\nno');
    expect(visitor.heard).toMatch(/Connection: close\r\n\r\nno$/);
    expect(visitor.end).toBe('fin');
    say(visitor, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    visitor.fin();
    say(visitor, '');
    expect(origins).toHaveLength(1);
    expect([way.ends, way.originEnds]).toEqual([['close'], ['close']]);
  });
});

test('P69, P70: hop-by-hop fields stop at both ends, ours stay', () => {
  const { visitor, origins, say } = setUp();
  say(
    visitor,
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-A, Host\r\nKeep-Alive: 5\r\nX-A: 1\r\nX-B: 2\r\nTE: gzip\r\n\r\n',
  );
  expect(origins[0]?.heard).toBe('GET / HTTP/1.1\r\nHost: a\r\nX-B: 2\r\n\r\n');
  say(
    origins[0] as Script,
    `${OK}Connection: X-C\r\nX-C: 1\r\nProxy-Connection: x\r\nX-D: 2\r\nContent-Length: 0\r\n\r\n`,
  );
  expect(visitor.heard).toBe('HTTP/1.1 200 OK\r\nX-D: 2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
});

test('P65: a 101 that nobody asked for is a 502', () => {
  const { visitor, origins, say } = setUp();
  say(visitor, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  say(origins[0] as Script, 'HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nbytes');
  expect(visitor.heard).toBe('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 7\r\n\r\nTK-2006');
});

test('P85, P87: a WebSocket goes through with glued bytes, half-close and 10 KiB after it', () => {
  const { visitor, origins, say, run } = setUp({ splitBytesMax: 50 });
  say(visitor, `GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n${'v'.repeat(1_024)}`);
  expect(origins[0]?.heard).not.toContain('v'.repeat(9));
  say(origins[0] as Script, `HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n${'o'.repeat(1_024)}`);
  expect(origins[0]?.heard).toMatch(/\r\n\r\nv{1024}$/);
  expect(visitor.heard).toMatch(/\r\n\r\no{1024}$/);
  visitor.fin();
  run();
  expect(origins[0]?.end).toBe('fin');
  say(origins[0] as Script, 'p'.repeat(10_240));
  expect(visitor.heard).toMatch(/p{10240}$/);
  origins[0]?.pipe.reset();
  run();
  expect(visitor.end).toBe('reset');
});

describe('owners of messages are told as owners of pipes are', () => {
  test('never from inside a call, and of an END that was read only once', () => {
    const world = makeWorld();
    const message = new ServerMessage(
      new Connection(world.far, world.services),
      request('GET / HTTP/1.1\r\nHost: a\r\n\r\n'),
      {
        done: () => {},
        refused: () => {},
      },
    );
    const ear = new Ear(message);
    const arena = makeArena(10);
    ear.call((pipe) => pipe.want(true, false));
    ear.onReadable = () => void ear.call((pipe) => pipe.read(arena, 0, 10));
    world.reactor.run();
    expect([ear.readables, ear.toldInsideCall]).toEqual([1, false]);
  });

  test('again and again while body bytes wait that were read with the head', () => {
    const world = new ClientWorld();
    const message = new ClientMessage(world.connection, { done: () => {} });
    message.writeHead(request('GET / HTTP/1.1\r\nHost: a\r\n\r\n').head);
    const ear = new Ear(message);
    const arena = makeArena(10);
    let reads = 0;
    ear.onReadable = () => {
      reads += 1;
      // The head first, then byte by byte; then nothing, though two bytes are left, until it is enough.
      if (reads <= 3) ear.call((pipe) => pipe.read(arena, 0, 1));
      if (reads === 6) ear.call((pipe) => pipe.want(false, false));
    };
    ear.call((pipe) => pipe.want(true, false));
    world.say(`${OK}Content-Length: 4\r\n\r\nbody`);
    expect([reads, ear.toldInsideCall]).toEqual([6, false]);
  });
});
