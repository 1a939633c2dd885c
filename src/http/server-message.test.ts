import { describe, expect, test } from 'vitest';
import { GET, ok, okChunked, okClose, post, responseHead, ServerWorld } from './server.testkit.ts';

const WS = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
const SWITCH = responseHead(101, { body: 'upgrade', upgrade: 'websocket', fields: ['Sec-WebSocket-Accept', 'x'] });

describe('a request', () => {
  test('without body ends at once', () => {
    const world = new ServerWorld().say(GET);
    expect(world.stream()).toMatchObject({ body: '', end: 'end' });
  });

  test('with a length is read to its last byte, and what follows is the next request', () => {
    const world = new ServerWorld().say(`${post('Content-Length: 5', 'hello')}${GET}`);
    expect(world.stream()).toMatchObject({ body: 'hello', end: 'end' });
    expect(world.exchanges).toHaveLength(1);
    world.stream().head(ok(0)).finish();
    world.run();
    expect(world.exchanges).toHaveLength(2);
  });

  test('P9, P11: with chunks loses extensions and forbidden trailers', () => {
    const body = '3;a=b\r\nabc\r\n2 ; c="d"\r\nde\r\n0\r\nX-Sum: 1\r\nHost: evil\r\nX_Odd: 2\r\n\r\n';
    const world = new ServerWorld().say(post('Transfer-Encoding: chunked', body));
    expect(world.stream()).toMatchObject({ body: 'abcde', trailers: ['X-Sum', '1'], end: 'end' });
  });

  test('P41: cut by the visitor resets, and is never an end', () => {
    for (const [fields, body] of [
      ['Content-Length: 9', 'hello'],
      ['Transfer-Encoding: chunked', '5\r\nhello\r\n'],
      ['Transfer-Encoding: chunked', '9\r\nhello'],
      ['Transfer-Encoding: chunked', '5\r\nhello\r\n0\r\n'],
    ] as const) {
      const world = new ServerWorld().say(post(fields, body));
      expect(world.stream()).toMatchObject({ body: 'hello', end: 'open' });
      world.visitor.fin();
      world.run();
      expect(world.stream()).toMatchObject({ end: 'reset', cause: 'truncated' });
      expect(world.exchange()).toMatchObject({ refused: 'TK-3004', end: 'close' });
    }
  });

  test('P41: aborted by the visitor resets', () => {
    const world = new ServerWorld().say(post('Content-Length: 9', 'hello'));
    world.visitor.pipe.reset();
    world.run();
    expect(world.stream()).toMatchObject({ end: 'reset', cause: 'reset' });
    expect(world.exchange()).toMatchObject({ refused: undefined, end: 'aborted' });
  });

  test('P7, P8: with an illegal chunk is refused and the connection closed', () => {
    const world = new ServerWorld().say(`${post('Transfer-Encoding: chunked', '5\r\nhello\r\n0x5\r\n')}${GET}`);
    expect(world.stream()).toMatchObject({ body: 'hello', end: 'reset', cause: 'malformed' });
    expect(world.exchange()).toMatchObject({ refused: 'TK-3004', end: 'close' });
    expect(world.visitor.heard).toContain('Connection: close\r\n\r\nerror TK-3004');
    expect(world.visitor.end).toBe('fin');
    expect(world.exchanges).toHaveLength(1);
  });

  test('P10: with too long an extension is refused with its own code', () => {
    const world = new ServerWorld().say(post('Transfer-Encoding: chunked', `5;${'x'.repeat(2_000)}`));
    expect(world.exchange()).toMatchObject({ refused: 'TK-3014', end: 'close' });
  });

  test('an illegal chunk behind a begun response aborts the connection', () => {
    const world = new ServerWorld().say(post('Transfer-Encoding: chunked'));
    world.stream().head(okChunked).send('x');
    world.run();
    world.say('zz\r\n');
    expect(world.exchange()).toMatchObject({ refused: undefined, end: 'aborted' });
    expect(world.visitor.end).toBe('reset');
  });
});

describe('a response', () => {
  const answered = (request: string, ...parts: Parameters<typeof answer>[1][]) => {
    const world = new ServerWorld().say(request);
    for (const part of parts) answer(world, part);
    return world.run();
  };
  function answer(world: ServerWorld, part: (stream: ReturnType<ServerWorld['stream']>) => void): void {
    part(world.stream());
  }

  test('with a length keeps the connection', () => {
    const world = answered(GET, (stream) => stream.head(ok(5)).send('hello').finish());
    expect(world.visitor.heard).toBe('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');
    expect(world.exchange().end).toBe('keep');
    expect(world.visitor.end).toBe('open');
  });

  test('with chunks carries trailers only for visitors that take them (P68)', () => {
    const part = (stream: ReturnType<ServerWorld['stream']>) =>
      stream.head(okChunked).send('hello').send('x'.repeat(16)).sendTrailers(['X-Sum', '1']).finish();
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
    const body = `5\r\nhello\r\n10\r\n${'x'.repeat(16)}\r\n0\r\n`;
    const plain = answered(GET, part);
    expect(plain.visitor.heard).toBe(`${head}${body}\r\n`);
    expect(plain.exchange().end).toBe('keep');
    const taking = answered(GET.replace('Host: a', 'Host: a\r\nTE: trailers'), part);
    expect(taking.visitor.heard).toBe(`${head}${body}X-Sum: 1\r\n\r\n`);
  });

  test('P58: that its origin ends by FIN is sent in chunks', () => {
    const world = answered(GET, (stream) => stream.head(okClose).send('hello').finish());
    expect(world.visitor.heard).toBe('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n');
    expect(world.exchange().end).toBe('keep');
  });

  test('P81: to HTTP/1.0 has no chunks, and ends by FIN', () => {
    const world = answered('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', (stream) =>
      stream.head(okChunked).send('hello').sendTrailers(['X', '1']).finish(),
    );
    expect(world.visitor.heard).toBe('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello');
    expect([world.exchange().end, world.visitor.end]).toEqual(['close', 'fin']);
  });

  test('with a length keeps an HTTP/1.0 connection if the visitor asked for it', () => {
    const part = (stream: ReturnType<ServerWorld['stream']>) => stream.head(ok(2)).send('hi').finish();
    const kept = answered('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', part);
    expect(kept.visitor.heard).toContain('Content-Length: 2\r\nConnection: keep-alive\r\n\r\nhi');
    expect(kept.exchange().end).toBe('keep');
    expect(answered('GET / HTTP/1.0\r\n\r\n', part).exchange().end).toBe('close');
  });

  test('P82: Connection: close is honoured', () => {
    const world = answered(GET.replace('Host: a', 'Host: a\r\nConnection: close'), (stream) =>
      stream.head(ok(0)).finish(),
    );
    expect(world.visitor.heard).toBe('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    expect([world.exchange().end, world.visitor.end]).toEqual(['close', 'fin']);
  });

  test.each([
    [
      'P50 HEAD keeps its length',
      'HEAD',
      responseHead(200, { length: 10 }),
      'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n',
    ],
    ['HEAD with chunks', 'HEAD', okChunked, 'HTTP/1.1 200 OK\r\n\r\n'],
    ['P52 204 has no length', 'GET', responseHead(204, { length: 7 }), 'HTTP/1.1 204 No Content\r\n\r\n'],
    [
      'P52 205 has none to read',
      'GET',
      responseHead(205, { length: 7 }),
      'HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n',
    ],
    [
      'P52 304 keeps its length',
      'GET',
      responseHead(304, { length: 7 }),
      'HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n',
    ],
    ['200 without body', 'GET', responseHead(200), 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ])('%s', (_what, method, head, text) => {
    const world = answered(GET.replace('GET', method), (stream) => stream.head(head).finish());
    expect(world.visitor.heard).toBe(text);
    expect(world.exchange().end).toBe('keep');
  });

  test('P62: interim heads go to HTTP/1.1 in order, and to HTTP/1.0 not at all', () => {
    const part = (stream: ReturnType<ServerWorld['stream']>) =>
      stream
        .head(responseHead(100))
        .head(responseHead(103, { fields: ['Link', 'x'] }))
        .head(ok(0))
        .finish();
    const interims = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n';
    expect(answered(GET, part).visitor.heard).toBe(`${interims}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`);
    expect(answered('GET / HTTP/1.0\r\n\r\n', part).visitor.heard).toMatch(/^HTTP\/1.1 200/);
  });

  test('P73, P74: a head, and each piece, leaves by the end of its turn', () => {
    const world = answered(GET, (stream) => stream.head(okChunked));
    expect(world.visitor.heard).toMatch(/chunked\r\n\r\n$/);
    world.stream().send('event');
    world.run();
    expect(world.visitor.heard).toMatch(/5\r\nevent\r\n$/);
  });

  test('P55, P56: that is cut reaches the visitor as an abort', () => {
    for (const head of [ok(9), okChunked, okClose]) {
      const world = answered(GET, (stream) => stream.head(head).send('hello'));
      world.stream().reset();
      world.run();
      expect(world.visitor.end).toBe('reset');
      expect(world.visitor.heard).not.toContain('0\r\n\r\n');
      expect(world.exchange().end).toBe('aborted');
    }
  });

  test('that ends short of its length is an abort', () => {
    const world = answered(GET, (stream) => stream.head(ok(9)).send('hello').finish());
    expect([world.visitor.end, world.exchange().end]).toEqual(['reset', 'aborted']);
  });

  test('that never began is answered by whoever is told', () => {
    for (const give of [
      (world: ServerWorld) => world.stream().reset(4),
      (world: ServerWorld) => world.stream().finish(),
    ]) {
      const world = new ServerWorld().say(GET);
      give(world);
      world.run();
      expect(world.visitor.heard).toContain(`error ${world.exchange().refused}`);
      expect(world.exchange().end).toBe('keep');
    }
  });

  test('made by the gateway has no body for HEAD', () => {
    const world = new ServerWorld().say(GET.replace('GET', 'HEAD'));
    world.stream().reset(3);
    world.run();
    expect(world.visitor.heard).toBe('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 13\r\n\r\n');
    expect(world.exchange()).toMatchObject({ refused: 'TK-2001', end: 'keep' });
  });
});

describe('an early response', () => {
  const early = () => {
    const world = new ServerWorld().say(post('Content-Length: 10', 'hello'));
    world
      .stream()
      .head(responseHead(413, { body: 'length', length: 3 }))
      .send('no!')
      .finish();
    return world.run();
  };

  test('P42: is delivered whole with Connection: close, although the request is still coming', () => {
    const world = early();
    expect(world.visitor.heard).toBe(
      'HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno!',
    );
    expect([world.visitor.end, world.exchange().end]).toEqual(['fin', undefined]);
  });

  test('P42: is not taken back when the other side gives up', () => {
    const world = early();
    world.stream().reset();
    world.run();
    expect([world.visitor.end, world.exchange().end]).toEqual(['fin', 'close']);
  });

  test('P43: lets the request go on to its end', () => {
    const world = early().say('world');
    expect(world.stream()).toMatchObject({ body: 'helloworld', end: 'end' });
    expect(world.exchange().end).toBe('close');
  });

  test('X5, P46: makes the connection useless for another request', () => {
    const world = early().say(`world${GET}`);
    expect(world.exchanges).toHaveLength(1);
  });
});

describe('a visitor', () => {
  test('P77: that half-closes after its request gets the whole response', () => {
    const world = new ServerWorld().say(GET);
    world.visitor.fin();
    world.run();
    expect(world.exchange().end).toBeUndefined();
    world.stream().head(ok(5)).send('hello').finish();
    world.run();
    expect(world.visitor.heard).toMatch(/hello$/);
    expect(world.ended).toBe('end');
  });

  test('P76: that resets while it waits is noticed', () => {
    const world = new ServerWorld().say(GET);
    world.visitor.pipe.reset();
    world.run();
    expect(world.exchange().end).toBe('aborted');
    expect(world.stream().message.cause).toBe('reset');
  });

  test('P78, P79: pipelines, is answered in order, and refused at the first illegal head', () => {
    const world = new ServerWorld().say(
      `${GET}${post('Content-Length: 2', 'hi')}GET / HTTP/1.1\r\nHost: a\r\n bad\r\n\r\n`,
    );
    world.stream(0).head(ok(1)).send('1').finish();
    world.run();
    expect(world.stream(1).body).toBe('hi');
    world.stream(1).head(ok(1)).send('2').finish();
    world.run();
    expect(world.visitor.heard.match(/\r\n\r\n(.)/g)?.join('')).toBe('\r\n\r\n1\r\n\r\n2');
    expect(world.ended).toMatchObject({ code: 'TK-3004' });
  });

  test('that reads slowly keeps the connection only once it was written to the last byte', () => {
    const world = new ServerWorld({ bufferBytes: 30 }).run();
    world.visitor.read(false);
    world.say(GET);
    world.stream().head(ok(0)).finish();
    world.run();
    expect([world.stream().end, world.exchange().end]).toEqual(['end', undefined]);
    world.visitor.read(true);
    world.run();
    expect(world.exchange().end).toBe('keep');
  });

  test('that sends much behind a chunked body is not read further than a carry', () => {
    const world = new ServerWorld({ bufferBytes: 300_000 });
    world.say(post('Transfer-Encoding: chunked', `5\r\nhello\r\n0\r\n\r\n${GET.repeat(5_000)}`));
    expect(world.stream().body).toBe('hello');
    expect(world.connection.carried).toBeLessThanOrEqual(world.world.services.limits.carryBytes);
  });

  test('that reads slowly gets everything, and holds one block meanwhile', () => {
    const world = new ServerWorld({ bufferBytes: 1_000 });
    world.visitor.read(false);
    world.say(GET);
    const body = 'x'.repeat(300_000);
    world.stream().head(okChunked).send(body).finish();
    world.run();
    expect(world.exchange().end).toBeUndefined();
    expect(world.world.services.arenas.lent).toBe(1);
    expect(world.connection.pending).toBeLessThan(70_000);
    world.visitor.read(true);
    world.run();
    const chunks = world.visitor.heard.slice(world.visitor.heard.indexOf('\r\n\r\n') + 4);
    expect(chunks.replaceAll(/[0-9a-f]+\r\n|\r\n/g, '')).toBe(body);
    expect(world.exchange().end).toBe('keep');
    expect(world.world.services.arenas.lent).toBe(0);
  });
});

describe('an upgrade', () => {
  test('P85: gives the bytes glued to it only after the 101', () => {
    const world = new ServerWorld().say(`${WS}${'f'.repeat(1_024)}`);
    expect(world.stream().body).toBe('');
    expect(world.exchange().message.read({ bytes: Buffer.alloc(9), size: 9 }, 0, 9)).toBe(0);
    world.stream().head(SWITCH).send('g'.repeat(1_024));
    world.run();
    expect(world.stream().body).toBe('f'.repeat(1_024));
    expect(world.visitor.heard).toBe(
      `HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n${'g'.repeat(1_024)}`,
    );
  });

  test('P87: keeps half-closes, and ends when both sides ended', () => {
    const world = new ServerWorld().say(WS);
    world.stream().head(SWITCH);
    world.visitor.send('bye').fin();
    world.run();
    expect(world.stream()).toMatchObject({ body: 'bye', end: 'end' });
    expect(world.exchange().end).toBeUndefined();
    world.stream().send('late').finish();
    world.run();
    expect(world.visitor.heard).toMatch(/late$/);
    expect([world.visitor.end, world.exchange().end]).toEqual(['fin', 'close']);
  });

  test('P87: passes a reset on', () => {
    const world = new ServerWorld().say(WS);
    world.stream().head(SWITCH).finish();
    world.run();
    world.stream().reset();
    world.run();
    expect(world.visitor.end).toBe('reset');
  });

  test('that is refused is a request without body, and the last one', () => {
    const world = new ServerWorld().say(`${WS}GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n`);
    world
      .stream()
      .head(responseHead(403, { body: 'length', length: 0 }))
      .finish();
    world.run();
    expect(world.stream()).toMatchObject({ body: '', end: 'end' });
    expect(world.exchange().end).toBe('close');
    expect(world.exchanges).toHaveLength(1);
  });

  test('cannot be agreed on when it was not asked for', () => {
    const world = new ServerWorld().say(GET);
    world.stream().head(SWITCH);
    world.run();
    expect(world.stream().refused).toBe(true);
    expect(world.visitor.heard).toMatch(/^HTTP\/1.1 502/);
  });
});
