import { describe, expect, it } from 'vitest';
import { httpOrigin } from './http-origin.testkit.ts';
import { type RawConnection, rawOrigin } from './raw-origin.testkit.ts';
import { request, Visit } from './visit.testkit.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** Answers every request on a connection alike, and remembers the heads. */
function answering(answer: string, heads: string[] = []) {
  return async (connection: RawConnection) => {
    for (;;) {
      heads.push(await connection.head());
      connection.write(answer);
    }
  };
}

describe('an HTTP origin', () => {
  it('gets the request as fields, with its Host, and its answer comes back as fields', async () => {
    const heads: string[] = [];
    const { port } = await rawOrigin(
      answering('HTTP/1.1 200 Fine\r\nX-A: 1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 2\r\n\r\nok', heads),
    );
    const { origin, exchanges } = httpOrigin(port);
    const answer = await new Visit(origin, request({ path: '/a?b', fields: ['X-Q', '1'] })).answer;
    expect(heads[0]).toBe('GET /a?b HTTP/1.1\r\nHost: site.example\r\nX-Q: 1\r\n\r\n');
    expect(answer).toMatchObject({ body: 'ok', end: 'whole' });
    expect(answer.heads[0]).toMatchObject({ status: 200, fields: ['X-A', '1', 'Set-Cookie', 'a', 'Set-Cookie', 'b'] });
    expect(exchanges).toEqual([
      { method: 'GET', path: '/a?b', status: 200, ms: expect.any(Number), bytes: 2, cause: undefined },
    ]);
  });

  it('is told another Host when asked to', async () => {
    const heads: string[] = [];
    const { port } = await rawOrigin(answering(OK, heads));
    await new Visit(httpOrigin(port, {}, { hostHeader: 'rewrite' }).origin, request()).answer;
    await new Visit(httpOrigin(port, {}, { hostHeader: { value: 'app.test' } }).origin, request()).answer;
    expect(heads.map((head) => /Host: (.*)\r/.exec(head)?.[1])).toEqual([`127.0.0.1:${port}`, 'app.test']);
  });

  it('serves many requests on one connection, and concurrent ones each on its own', async () => {
    const { port, connections } = await rawOrigin(answering(OK));
    const { origin } = httpOrigin(port);
    for (let i = 0; i < 5; i++) await new Visit(origin, request()).answer;
    expect(connections.length).toBe(1);
    await Promise.all(Array.from({ length: 20 }, () => new Visit(origin, request()).answer));
    expect(connections.length).toBe(20);
    expect(origin.idle).toBe(20);
  });

  it('is kept no more connections at rest than the limit, and none for longer than its time', async () => {
    const { port, connections } = await rawOrigin(answering(OK));
    const { origin } = httpOrigin(port, { originIdlePipes: 3, originKeepAliveMs: 200 });
    await Promise.all(Array.from({ length: 8 }, () => new Visit(origin, request()).answer));
    expect(origin.idle).toBe(3);
    expect(await Promise.all(connections.map((connection) => connection.over()))).toEqual(Array(8).fill('end'));
    expect(origin.idle).toBe(0);
  });

  it('closes what is at rest when it is closed, and lets what is in use end', async () => {
    const { port, connections } = await rawOrigin(answering(OK));
    const { origin } = httpOrigin(port);
    await new Visit(origin, request()).answer;
    const visit = new Visit(origin, request({ method: 'POST', body: 'length', length: 1 }), { ends: false });
    await visit.reached;
    origin.close();
    visit.write('x');
    visit.end();
    expect(await visit.answer).toMatchObject({ end: 'whole', body: 'ok' });
    expect(await connections[0]!.over()).toBe('end');
    expect(origin.idle).toBe(0);
  });

  it('streams both ways: each piece arrives before the next is sent', async () => {
    const { port, connections } = await rawOrigin(async (connection) => {
      await connection.head();
      connection.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      for (const piece of ['one', 'two']) {
        await connection.until(`${piece}\r\n`);
        connection.write(`3\r\n${piece}\r\n`);
      }
      await connection.until('0\r\n\r\n');
      connection.write('0\r\nX-Sum: 6\r\n\r\n');
    });
    const visit = new Visit(httpOrigin(port).origin, request({ method: 'POST', body: 'chunked' }), {
      ends: false,
      step: 1,
    });
    visit.write('one');
    await expect.poll(() => visit.body).toBe('one');
    visit.write('two');
    await expect.poll(() => visit.body).toBe('onetwo');
    visit.end();
    expect(await visit.answer).toMatchObject({ body: 'onetwo', end: 'whole', trailers: ['X-Sum', '6'] });
    expect(connections.length).toBe(1);
  });

  it('an upgrade carries bytes both ways and each end by itself, on a connection that is not kept', async () => {
    const { port, connections } = await rawOrigin(async (connection) => {
      await connection.head();
      connection.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nhello');
      await connection.until('ping');
      connection.end('pong');
    });
    const { origin } = httpOrigin(port);
    const visit = new Visit(origin, request({ body: 'upgrade', upgrade: 'websocket' }), { ends: false });
    await expect.poll(() => visit.body).toBe('hello');
    visit.write('ping');
    await expect.poll(() => visit.body).toBe('hellopong');
    visit.end();
    expect(await visit.answer).toMatchObject({ body: 'hellopong', end: 'whole' });
    expect(await connections[0]!.over()).toBe('end');
    expect(origin.idle).toBe(0);
  });

  it('a visitor who leaves is seen by the origin as an abort', async () => {
    const { port, connections } = await rawOrigin((connection) => connection.head());
    const { origin, exchanges } = httpOrigin(port);
    const visit = new Visit(origin, request());
    await expect.poll(() => connections.length).toBe(1);
    visit.pipe.reset();
    expect(await connections[0]!.over()).toBe('cut');
    expect(exchanges[0]).toMatchObject({ status: undefined, cause: 'local' });
  });
});
