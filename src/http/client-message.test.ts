import { describe, expect, test } from 'vitest';
import { ClientWorld, get, put, putChunked, requestHead, webSocket } from './client.testkit.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

describe('a request', () => {
  test('is written with our own framing', () => {
    const world = new ClientWorld();
    world.ask(requestHead({ path: '/p?q', authority: 'x:1', fields: ['A', '1', 'a', '2'], acceptsTrailers: true }));
    expect(world.origin.heard).toBe(
      'GET /p?q HTTP/1.1\r\nHost: x:1\r\nA: 1\r\na: 2\r\nTE: trailers\r\nConnection: TE\r\n\r\n',
    );
  });

  test('P35: with an empty body says so', () => {
    const world = new ClientWorld();
    world.ask(put(0)).finish();
    world.run();
    expect(world.origin.heard).toBe('PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n');
  });

  test('P37: with a length or with chunks is forwarded whole, whatever its method', () => {
    const world = new ClientWorld();
    world
      .ask(requestHead({ method: 'DELETE', body: 'chunked' }))
      .send('hello')
      .sendTrailers(['X', '1'])
      .finish();
    world.run();
    expect(world.origin.heard).toBe(
      'DELETE / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: 1\r\n\r\n',
    );
  });

  test('P41: that is cut reaches the origin as an abort', () => {
    for (const head of [put(9), putChunked]) {
      const world = new ClientWorld();
      const stream = world.ask(head).send('hello');
      world.run();
      stream.reset();
      world.run();
      expect(world.origin.end).toBe('reset');
      expect(world.origin.heard).not.toContain('0\r\n\r\n');
      expect(world.ends).toEqual(['close']);
    }
  });

  test('that ends short of its length, or goes beyond it, is an abort', () => {
    for (const body of ['hello', 'hello world']) {
      const world = new ClientWorld();
      const stream = world.ask(put(9)).send(body).finish();
      world.run();
      expect(stream).toMatchObject({ end: 'reset' });
      expect([world.origin.end, ...world.ends]).toEqual(['reset', 'close']);
      expect(world.origin.heard).not.toContain('hello world');
    }
  });
});

describe('a response', () => {
  const answered = (text: string, head = get, fin = false) => {
    const world = new ClientWorld();
    const stream = world.ask(head);
    world.origin.send(text);
    if (fin) world.origin.fin();
    world.run();
    return { world, stream };
  };

  test('with a length leaves the connection free', () => {
    const { world, stream } = answered(`${OK}Content-Length: 5\r\n\r\nhello`);
    expect(stream).toMatchObject({ body: 'hello', end: 'end', heads: [{ status: 200, body: 'length', length: 5 }] });
    expect(world.ends).toEqual(['reuse']);
    expect(world.connection.isQuiet()).toBe(true);
    const second = world.ask();
    world.say(`${OK}Content-Length: 2\r\n\r\nhi`);
    expect(second.body).toBe('hi');
    expect(world.ends).toEqual(['reuse', 'reuse']);
  });

  test('P68: with chunks gives its trailers', () => {
    const { world, stream } = answered(
      `${OK}Transfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\nX: 1\r\nContent-Length: 9\r\n\r\n`,
    );
    expect(stream).toMatchObject({ body: 'hello', trailers: ['X', '1'], end: 'end' });
    expect(world.ends).toEqual(['reuse']);
  });

  test('P58: without framing ends with the connection, or is cut with it', () => {
    const { world, stream } = answered(`${OK}\r\nhello`, get, true);
    expect(stream).toMatchObject({ body: 'hello', end: 'end' });
    expect(world.ends).toEqual(['close']);
    const cut = answered(`${OK}\r\nhello`);
    cut.world.origin.pipe.reset();
    cut.world.run();
    expect(cut.stream).toMatchObject({ end: 'reset', cause: 'reset' });
  });

  test('P101: without framing over TLS is cut by the end of the connection', () => {
    const world = new ClientWorld({ tls: true });
    const stream = world.ask();
    world.origin.send(`${OK}\r\nhello`).fin();
    world.run();
    expect(stream).toMatchObject({ body: 'hello', end: 'reset', cause: 'truncated' });
  });

  test.each([
    ['P50 HEAD', `${OK}Content-Length: 10\r\n\r\n`, 'reuse'],
    ['P51 HEAD with a body', `${OK}Content-Length: 5\r\n\r\nhello`, 'close'],
  ])('%s has no body', (_what, text, end) => {
    const { world, stream } = answered(text, requestHead({ method: 'HEAD' }));
    expect(stream).toMatchObject({ body: '', end: 'end' });
    expect(world.ends).toEqual([end]);
  });

  test.each([
    ['P52 204', 'HTTP/1.1 204 No\r\n\r\n', 'reuse'],
    ['P52 204 with bytes', 'HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\nhello', 'close'],
    ['P52 304 with bytes', 'HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\nhello', 'close'],
    ['P52 205 with a body', 'HTTP/1.1 205 R\r\nContent-Length: 5\r\n\r\nhello', 'close'],
    ['P57 more than its length', `${OK}Content-Length: 0\r\n\r\nx`, 'close'],
    ['P57 more than its last chunk', `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nx`, 'close'],
    ['P54 chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 'close'],
    ['Connection: close', `${OK}Connection: close\r\nContent-Length: 0\r\n\r\n`, 'close'],
  ])('%s: the excess is dropped and the connection with it', (_what, text, end) => {
    const { world, stream } = answered(text);
    expect(stream).toMatchObject({ body: '', end: 'end' });
    expect(world.ends).toEqual([end]);
    expect(world.origin.end).toBe(end === 'reuse' ? 'open' : 'fin');
  });

  test.each([
    ['P55 fewer bytes than its length', `${OK}Content-Length: 9\r\n\r\nhello`, 'truncated'],
    ['P56 no last chunk', `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`, 'truncated'],
    ['P59 no reply', '', 'truncated'],
    ['P59 half a head', 'HTTP/1.1 200 OK\r\nA', 'truncated'],
    ['P63 only a 103', 'HTTP/1.1 103 Early\r\n\r\n', 'truncated'],
    ['P59 garbage', 'SSH-2.0-x\r\n\r\n', 'malformed'],
    ['P53 two lengths', `${OK}Content-Length: 1\r\nContent-Length: 1\r\n\r\nx`, 'malformed'],
    ['P65 a 101 that nobody asked for', SWITCH, 'malformed'],
    ['an illegal chunk', `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX`, 'malformed'],
  ])('%s: resets', (_what, text, cause) => {
    const { world, stream } = answered(text, get, true);
    expect(stream).toMatchObject({ end: 'reset', cause });
    expect(world.ends).toEqual(['close']);
  });

  test('P62, P64: interim heads come in order, and are too many above the bound', () => {
    const interims = (count: number) => 'HTTP/1.1 103 Early\r\n\r\n'.repeat(count);
    const { stream } = answered(`HTTP/1.1 100 C\r\n\r\n${interims(15)}${OK}Content-Length: 0\r\n\r\n`);
    expect(stream.heads.map((head) => head.kind === 'response' && head.status)).toEqual([
      100,
      ...new Array(15).fill(103),
      200,
    ]);
    expect(stream.end).toBe('end');
    expect(answered(interims(17)).stream).toMatchObject({ end: 'reset', cause: 'malformed' });
  });

  test('X7: that came before the request is found on the connection at rest', () => {
    const world = new ClientWorld();
    world.ask();
    world.say(`${OK}Content-Length: 0\r\n\r\n`);
    expect(world.connection.isQuiet()).toBe(true);
    world.say(`${OK}Content-Length: 0\r\n\r\n`);
    expect(world.connection.isQuiet()).toBe(false);
  });

  test('of an origin that goes away leaves a connection that is not quiet', () => {
    const world = new ClientWorld();
    world.ask();
    world.say(`${OK}Content-Length: 0\r\n\r\n`);
    world.origin.fin();
    world.run();
    expect(world.connection.isQuiet()).toBe(false);
  });
});

describe('an early response', () => {
  const TOO_LARGE = 'HTTP/1.1 413 X\r\nContent-Length: 3\r\n\r\nno!';

  test('P42: is read whole although the origin leaves, and the rest of the request goes nowhere', () => {
    const world = new ClientWorld();
    const stream = world.ask(put(10)).send('hello');
    world.run();
    world.origin.send(TOO_LARGE).fin();
    world.run();
    world.origin.pipe.reset();
    world.run();
    stream.send('world').finish();
    world.run();
    expect(stream).toMatchObject({ body: 'no!', end: 'end', refused: false });
    expect(world.ends).toEqual(['close']);
  });

  test('P43, X5: lets the request go on to its end, then the connection is not used again', () => {
    const world = new ClientWorld();
    const stream = world.ask(put(10)).send('hello');
    world.say(TOO_LARGE);
    expect(stream).toMatchObject({ body: 'no!', end: 'end' });
    stream.send('world').finish();
    world.run();
    expect(world.origin.heard).toMatch(/helloworld$/);
    expect(world.ends).toEqual(['close']);
  });

  test('P46: ends with the stream when the request never goes on', () => {
    const world = new ClientWorld();
    const stream = world.ask(
      requestHead({ method: 'PUT', body: 'length', length: 3, fields: ['Expect', '100-continue'] }),
    );
    world.say(TOO_LARGE);
    stream.reset();
    world.run();
    expect([world.origin.end, ...world.ends]).toEqual(['reset', 'close']);
  });
});

describe('an upgrade', () => {
  test('P85: sends nothing of the new protocol before the 101, and loses no byte behind it', () => {
    const world = new ClientWorld();
    const stream = world.ask(webSocket).send('frame');
    world.run();
    expect(world.origin.heard).toMatch(/k\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n$/);
    world.say(`${SWITCH}${'g'.repeat(1_024)}`);
    expect(stream.body).toBe('g'.repeat(1_024));
    expect(world.origin.heard).toMatch(/\r\n\r\nframe$/);
  });

  test('P87: keeps half-closes, also over TLS', () => {
    const world = new ClientWorld({ tls: true });
    const stream = world.ask(webSocket);
    world.origin.send(`${SWITCH}bye`).fin();
    world.run();
    expect(stream).toMatchObject({ body: 'bye', end: 'end' });
    stream.send('late').finish();
    world.run();
    expect(world.origin.heard).toMatch(/late$/);
    expect([world.origin.end, ...world.ends]).toEqual(['fin', 'close']);
  });

  test('whose origin breaks off behind its own end tells so: there is still something to lose', () => {
    const world = new ClientWorld();
    const stream = world.ask(webSocket);
    world.origin.send(`${SWITCH}bye`).fin();
    world.run();
    expect(stream.message.cause).toBeUndefined();
    world.origin.pipe.reset();
    world.run();
    expect([stream.message.cause, ...world.ends]).toEqual(['reset', 'close']);
  });

  test('passes on a half-close that came before the 101', () => {
    const world = new ClientWorld();
    world.ask(webSocket).finish();
    world.run();
    expect(world.origin.end).toBe('open');
    world.say(SWITCH);
    expect(world.origin.end).toBe('fin');
  });

  test('that the origin refuses is an answer like any other', () => {
    const world = new ClientWorld();
    const stream = world.ask(webSocket);
    world.say(`${OK}Content-Length: 2\r\n\r\nno`);
    stream.finish();
    world.run();
    expect(stream).toMatchObject({ body: 'no', end: 'end' });
    expect(world.ends).toEqual(['close']);
  });
});

describe('a connection', () => {
  test('tells once that the origin was reached, before anything was answered', () => {
    const world = new ClientWorld();
    expect(world.ask().writables).toBe(0);
    const stream = world.ask(put(3));
    stream.message.want(true, true);
    world.run();
    expect(stream.writables).toBeGreaterThan(0);
  });

  test('that cannot be made resets with its cause', async () => {
    const world = new ClientWorld();
    const { ClientMessage } = await import('./client-message.ts');
    const { Connection } = await import('./connection.ts');
    const { Stream } = await import('./exchange.testkit.ts');
    const pipe = world.world.reactor.dial({ path: '/nothing' }, { timeoutMs: 1_000 });
    const stream = new Stream(new ClientMessage(new Connection(pipe, world.world.services), { done: () => {} }))
      .head(get)
      .finish();
    world.run();
    expect(stream).toMatchObject({ end: 'reset', cause: 'refused', writables: 0 });
  });
});
