import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { OriginPlace } from '../target.ts';
import { httpOrigin } from './http-origin.testkit.ts';
import { rawOrigin } from './raw-origin.testkit.ts';
import { request, Visit } from './visit.testkit.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

const at = (host: string, port: number, tls?: (OriginPlace & { type: 'http' })['tls']): OriginPlace => ({
  type: 'http',
  at: { host, port },
  authority: `${host}:${port}`,
  tls,
});

/** A port where nothing listens. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}

describe('an origin that cannot be reached', () => {
  it('breaks the exchange with the reason', async () => {
    const refused = await new Visit(httpOrigin(await deadPort()).origin, request()).answer;
    expect(refused).toMatchObject({ end: 'refused', heads: [] });
    const unknown = await new Visit(httpOrigin(at('does-not-exist.invalid', 80)).origin, request()).answer;
    expect(unknown.end).toBe('dns');
  });

  it('serves again as soon as it is up', async () => {
    const port = await deadPort();
    const { origin } = httpOrigin(port);
    expect((await new Visit(origin, request()).answer).end).toBe('refused');
    const server = createServer((socket) => socket.once('data', () => socket.end(OK)));
    cleanups.push(() => server.close());
    await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
    expect(await new Visit(origin, request()).answer).toMatchObject({ end: 'whole', body: 'ok' });
  });

  it('a name that means this machine is tried on both of its addresses', async () => {
    const { port } = await rawOrigin(async (connection) => {
      await connection.head();
      connection.write(OK);
    });
    expect(await new Visit(httpOrigin(at('localhost', port)).origin, request()).answer).toMatchObject({ end: 'whole' });
  });

  it('one that speaks no TLS where TLS is asked for says so', async () => {
    const { port } = await rawOrigin((connection) => connection.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const place = at('127.0.0.1', port, { serverName: '127.0.0.1', verify: 'report' });
    expect((await new Visit(httpOrigin(place).origin, request()).answer).end).toBe('tls');
  });
});

describe('an origin that is slow', () => {
  it('breaks the exchange when the head of its answer is overdue, and is seen to be aborted', async () => {
    const { port, connections } = await rawOrigin(async (connection) => {
      await connection.head();
      connection.write('HTTP/1.1 102 Processing\r\n\r\n');
    });
    const { origin, exchanges } = httpOrigin(port, { originHeadMs: 200 });
    const startedAt = performance.now();
    expect((await new Visit(origin, request()).answer).end).toBe('timeout');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(190);
    expect(await connections[0]!.over()).toBe('cut');
    expect(exchanges[0]).toMatchObject({ status: undefined, cause: 'timeout' });
  });

  it('may take as long as it likes once the head is there, and while the request is being sent', async () => {
    const { port } = await rawOrigin(async (connection) => {
      await connection.head();
      await connection.until('last');
      connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no');
      setTimeout(() => connection.write('k'), 400);
    });
    const { origin } = httpOrigin(port, { originHeadMs: 200 });
    const visit = new Visit(origin, request({ method: 'POST', body: 'chunked' }), { ends: false });
    for (let i = 0; i < 5; i++) {
      visit.write('more');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    visit.write('last');
    visit.end();
    expect(await visit.answer).toMatchObject({ end: 'whole', body: 'ok' });
  });
});

describe('a gateway that is not to be trusted', () => {
  it.each([
    ['a method with a space', { method: 'GET /x HTTP/1.1\r\nX:' }],
    ['a path with a line end', { path: '/ HTTP/1.1\r\nX: y' }],
    ['an authority with a line end', { authority: 'a\r\nX: y' }],
    ['a field name with a line end', { fields: ['A\r\nB', 'c'] }],
    ['a field value with a line end', { fields: ['A', 'b\r\nX: y'] }],
    ['a framing field', { fields: ['Content-Length', '5'] }],
  ])('sends no byte of %s to the origin', async (_name, head) => {
    const { port, connections } = await rawOrigin(() => {});
    const answer = await new Visit(httpOrigin(port).origin, request(head)).answer;
    expect(answer).toMatchObject({ end: 'malformed', heads: [] });
    expect(connections.map(({ received }) => received).join('')).toBe('');
  });

  it('cannot send more or less of a body than it declared', async () => {
    const { port, connections } = await rawOrigin(() => {});
    const { origin } = httpOrigin(port);
    const head = request({ method: 'POST', body: 'length', length: 4 });
    expect((await new Visit(origin, head, { body: 'toomany' }).answer).end).toBe('malformed');
    expect((await new Visit(origin, head, { body: 'few' }).answer).end).toBe('malformed');
    for (const connection of connections) expect(await connection.over()).toBe('cut');
    expect(connections.map(({ received }) => received).join('')).not.toContain('toom');
  });
});
