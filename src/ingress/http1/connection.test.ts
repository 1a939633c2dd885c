import { describe, expect, test } from 'vitest';
import { get, response, Visitors } from '../visitors.testkit.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('a connection', () => {
  test('carries a request to the exposure and its answer back, and stays open', async () => {
    const world = await Visitors.open();
    const visitor = world.visit(get());
    expect(world.last.head).toMatchObject({
      kind: 'http',
      exposure: 1,
      visitor: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    });
    expect(world.last.request).toMatchObject({ method: 'GET', path: '/', authority: 'shop.example' });
    world.answer();
    expect([visitor.heard, visitor.end]).toEqual([OK, 'open']);
    visitor.send(get());
    world.reactor.run();
    world.answer();
    expect([visitor.heard, world.opened.length]).toEqual([OK + OK, 2]);
  });

  test('answers pipelined requests in order, each after the one before (P78)', async () => {
    const world = await Visitors.open();
    const post = 'POST /b HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 3\r\n\r\nabc';
    const visitor = world.visit(get() + post + get());
    expect(world.opened).toHaveLength(1);
    world.answer('1');
    expect(world.opened).toHaveLength(2);
    expect(world.last.stream.body).toBe('abc');
    world.answer('2');
    world.answer('3');
    expect(visitor.heard.match(/\r\n\r\n\d/g)).toEqual(['\r\n\r\n1', '\r\n\r\n2', '\r\n\r\n3']);
  });

  test('answers a request before a malformed one, then closes with 400 (P79)', async () => {
    const world = await Visitors.open();
    const visitor = world.visit(`${get()}GET / HTTP/1.1\r\nHost : x\r\n\r\n${get()}`);
    world.answer();
    expect(visitor.heard.startsWith(`${OK}HTTP/1.1 400 Bad Request\r\n`)).toBe(true);
    expect(visitor.heard).toContain('TK-3004');
    expect(visitor.heard).toContain('Connection: close\r\n');
    expect([visitor.end, world.opened.length]).toEqual(['fin', 1]);
  });

  test('is closed after an HTTP/1.0 answer, and after Connection: close (P82)', async () => {
    const world = await Visitors.open();
    const old = world.visit('GET / HTTP/1.0\r\nHost: shop.example\r\n\r\n');
    world.answer();
    const polite = world.visit(get('Connection: close'));
    world.answer();
    expect([old.end, polite.end]).toEqual(['fin', 'fin']);
    expect(world.test.gate.visitors).toBe(0);
  });

  test('whose visitor half-closes gets the whole answer (P77)', async () => {
    const world = await Visitors.open();
    const visitor = world.visit();
    visitor.send(get()).fin();
    world.reactor.run();
    world.answer();
    expect([visitor.heard, visitor.end]).toEqual([OK, 'fin']);
  });

  test('an early answer reaches a visitor that is still sending (P42)', async () => {
    const world = await Visitors.open();
    const visitor = world.visit('POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 1000000\r\n\r\nabc');
    world.last.stream
      .head(response(413, 'length', 2))
      .send('no')
      .finish();
    world.last.stream.reset();
    world.reactor.run();
    visitor.send('x'.repeat(100_000));
    world.reactor.run();
    expect(visitor.heard).toMatch(/^HTTP\/1\.1 413 .*\r\n\r\nno$/s);
    expect(visitor.end).toBe('fin');
  });

  test('an upgrade keeps the bytes glued to either side of the handshake (P85)', async () => {
    const world = await Visitors.open();
    const visitor = world.visit(`${get('Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: k')}early`);
    const { stream, request } = world.last;
    expect(request).toMatchObject({ body: 'upgrade', upgrade: 'websocket' });
    stream.head(response(101, 'upgrade', -1, { upgrade: 'websocket' })).send('hello');
    world.reactor.run();
    visitor.send('more');
    world.reactor.run();
    expect(visitor.heard).toMatch(/^HTTP\/1\.1 101 .*\r\n\r\nhello$/s);
    expect(stream.body).toBe('earlymore');
    visitor.fin();
    world.reactor.run();
    stream.send('bye').finish();
    world.reactor.run();
    expect([visitor.heard.endsWith('hellobye'), visitor.end, world.test.gate.visitors]).toEqual([true, 'fin', 0]);
  });

  test('a visitor that leaves resets the stream, before and during the answer (P41, P76)', async () => {
    const world = await Visitors.open();
    world.visit(get()).pipe.reset();
    world.reactor.run();
    expect(world.last.stream.message.cause).toBe('reset');
    const visitor = world.visit(get());
    world.last.stream.head(response(200, 'chunked')).send('begun');
    world.reactor.run();
    visitor.pipe.reset();
    world.reactor.run();
    expect([world.last.stream.message.cause, world.test.gate.visitors]).toEqual(['reset', 0]);
    expect(world.test.visits.map(({ status, whole }) => [status, whole])).toEqual([
      [0, false],
      [200, false],
    ]);
  });

  test('a stream that is reset during the answer cuts the visitor off (P55)', async () => {
    const world = await Visitors.open();
    const visitor = world.visit(get());
    world.last.stream.head(response(200, 'length', 100)).send('begun');
    world.reactor.run();
    world.last.stream.reset();
    world.reactor.run();
    expect([visitor.end, visitor.heard.endsWith('begun')]).toEqual(['reset', true]);
  });

  test('one byte at a time makes no difference', async () => {
    const world = await Visitors.open({}, {}, { splitBytesMax: 1, delayMsMax: 2 });
    const visitor = world.visit(`POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 3\r\n\r\nabc${get()}`);
    expect(world.last.stream.body).toBe('abc');
    world.answer();
    world.answer();
    expect(visitor.heard).toBe(OK + OK);
  });

  test('is told what a defect was, and others go on', async () => {
    const world = await Visitors.open();
    const defect = new Error('defect');
    world.test.table.set('bad.example', {
      ...world.destination(),
      opener: {
        open: () => {
          throw defect;
        },
      },
    });
    const bad = world.visit('GET / HTTP/1.1\r\nHost: bad.example\r\n\r\n');
    const good = world.visit(get());
    world.answer();
    expect([bad.end, good.heard]).toEqual(['reset', OK]);
    expect([world.test.faults, world.test.gate.visitors]).toEqual([[defect], 1]);
  });
});

describe('time', () => {
  const LIMITS = { headTimeoutMs: 10_000, visitorKeepAliveMs: 65_000, bodyIdleMs: 60_000 };

  test('a head that does not arrive whole is answered 408', async () => {
    const world = await Visitors.open(LIMITS);
    const visitor = world.visit('GET / HT');
    world.reactor.advance(9_900);
    visitor.send('T');
    world.reactor.advance(99);
    expect(visitor.heard).toBe('');
    world.reactor.advance(1);
    expect(visitor.heard).toMatch(/^HTTP\/1\.1 408 .*TK-3007/s);
    expect(visitor.end).toBe('fin');
  });

  test('a connection on which nothing ever comes is closed without a word', async () => {
    const world = await Visitors.open(LIMITS);
    const visitor = world.visit();
    world.reactor.advance(10_000);
    expect([visitor.heard, visitor.end, world.test.gate.visitors]).toEqual(['', 'fin', 0]);
  });

  test('an idle connection is kept for its time, and the next head then has its own', async () => {
    const world = await Visitors.open(LIMITS);
    const visitor = world.visit(get());
    world.answer();
    world.reactor.advance(64_999);
    expect(visitor.end).toBe('open');
    visitor.send('G');
    world.reactor.advance(9_999);
    expect(visitor.end).toBe('open');
    visitor.send(get().slice(1));
    world.reactor.run();
    world.answer();
    world.reactor.advance(65_000);
    expect([visitor.heard, visitor.end]).toEqual([OK + OK, 'fin']);
  });

  test('a body that is owed too long is answered 408, and the stream is told', async () => {
    const world = await Visitors.open(LIMITS);
    const visitor = world.visit('POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 9\r\n\r\nabc');
    world.reactor.advance(50_000);
    visitor.send('d');
    world.reactor.advance(59_999);
    expect(visitor.heard).toBe('');
    world.reactor.advance(1);
    expect(visitor.heard).toMatch(/^HTTP\/1\.1 408 .*TK-3007/s);
    expect([world.last.cancelled, visitor.end]).toEqual([[15], 'fin']);
  });

  test('a body that nobody asks for is not owed', async () => {
    const world = await Visitors.open(LIMITS);
    const visitor = world.visit('POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 9\r\n\r\nabc');
    world.last.stream.message.want(false, false);
    world.reactor.advance(600_000);
    expect([visitor.heard, visitor.end]).toEqual(['', 'open']);
    world.last.stream.message.want(true, false);
    world.reactor.advance(60_000);
    expect(visitor.heard).toContain('TK-3007');
  });

  test('Expect and then silence is bounded, too (P49)', async () => {
    const world = await Visitors.open(LIMITS);
    const visitor = world.visit(
      'POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n',
    );
    world.last.stream.head(response(100));
    world.reactor.run();
    expect(visitor.heard).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    world.reactor.advance(60_000);
    expect(visitor.heard).toMatch(/\r\n\r\nHTTP\/1\.1 408 /);
  });

  test('a response and an upgraded connection have no bound', async () => {
    const world = await Visitors.open(LIMITS);
    const slow = world.visit(get());
    const socket = world.visit(get('Connection: Upgrade', 'Upgrade: websocket'));
    world.last.stream.head(response(101, 'upgrade', -1, { upgrade: 'websocket' }));
    world.reactor.advance(3_600_000);
    expect([slow.end, socket.end]).toEqual(['open', 'open']);
  });
});

describe('draining', () => {
  test('idle connections are closed, running ones say that they close, and the end is told', async () => {
    const world = await Visitors.open();
    const idle = world.visit(get());
    world.answer();
    world.reactor.run();
    const busy = world.visit(get());
    let over = false;
    const drained = world.test.gate.drain(30_000).then(() => {
      over = true;
    });
    world.reactor.run();
    expect([idle.end, busy.end, over]).toEqual(['fin', 'open', false]);
    world.answer();
    await drained;
    expect(busy.heard).toContain('Connection: close\r\n');
    expect(busy.end).toBe('fin');
  });

  test('the first request of a new connection is waited for, a while', async () => {
    const world = await Visitors.open();
    const [late, silent] = [world.visit(), world.visit()];
    const drained = world.test.gate.drain(30_000);
    world.reactor.advance(400);
    expect([late.end, silent.end]).toEqual(['open', 'open']);
    late.send(get());
    world.reactor.run();
    world.reactor.advance(1_000);
    expect([late.end, silent.end]).toEqual(['open', 'fin']);
    world.answer();
    await drained;
    expect(late.heard).toMatch(/^HTTP\/1\.1 200 .*Connection: close\r\n\r\nok$/s);
  });

  test('what is left after the grace is cut', async () => {
    const world = await Visitors.open();
    const busy = world.visit(get());
    const responding = world.visit(get());
    world.last.stream.head(response(200, 'chunked')).send('begun');
    const drained = world.test.gate.drain(30_000);
    world.reactor.advance(30_000);
    await drained;
    world.reactor.run();
    expect([busy.heard.slice(0, 12), busy.end]).toEqual(['HTTP/1.1 503', 'fin']);
    expect(responding.end).toBe('reset');
  });

  test('a last answer that is read slowly is waited for, also by one whose visitor never reads on until it is cut', async () => {
    const world = await Visitors.open({}, {}, { bufferBytes: 1_000 });
    const [slow, stuck] = [
      world.visit(get('Connection: close')).read(false),
      world.visit(get('Connection: close')).read(false),
    ];
    for (const { stream } of world.opened)
      stream
        .head(response(200, 'length', 20_000))
        .send('x'.repeat(20_000))
        .finish();
    world.reactor.run();
    let over = false;
    const drained = world.test.gate.drain(30_000).then(() => {
      over = true;
    });
    world.reactor.advance(10_000);
    expect([world.test.gate.visitors, over]).toEqual([2, false]);
    slow.read(true);
    world.reactor.advance(1_000);
    expect([slow.end, world.test.gate.visitors]).toEqual(['fin', 1]);
    world.reactor.advance(20_000);
    await drained;
    stuck.read(true);
    world.reactor.run();
    expect(stuck.end).toBe('reset');
  });

  test('nobody new is let in, and a head that has begun is still served', async () => {
    const world = await Visitors.open();
    const visitor = world.visit(get().slice(0, 10));
    const drained = world.test.gate.drain(30_000);
    expect(world.visit(get()).end).toBe('reset');
    visitor.send(get().slice(10));
    world.reactor.run();
    world.answer();
    await drained;
    expect(visitor.heard).toMatch(/^HTTP\/1\.1 200 .*Connection: close\r\n\r\nok$/s);
    expect(world.test.bounds).toEqual([]);
  });

  test('a request that was pipelined behind an answer under way is still served', async () => {
    const world = await Visitors.open();
    const visitor = world.visit(get() + get());
    world.last.stream.head(response(200, 'length', 2)).send('o');
    world.reactor.run();
    const drained = world.test.gate.drain(30_000);
    world.last.stream.send('k').finish();
    world.reactor.run();
    world.answer();
    await drained;
    expect(visitor.heard.match(/\r\n\r\nok/g)).toHaveLength(2);
  });
});
