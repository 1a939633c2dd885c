// Origins that are told whose each connection is (T9): the header stands first, once on each connection, and no connection serves two visitors.

import { describe, expect, it } from 'vitest';
import { parseTarget } from '../target.ts';
import { httpOrigin } from './http-origin.testkit.ts';
import { introducer } from './introduce.ts';
import type { Origin } from './origin.ts';
import { type RawConnection, rawOrigin } from './raw-origin.testkit.ts';
import { request, Visit } from './visit.testkit.ts';

const ANN = '192.0.2.7:50000';
const BOB = '[2001:db8::7]:50001';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
/** What rests does so for as long as a test takes. */
const LIMITS = { originKeepAliveMs: 600_000 };
const introduce = introducer('v1');
const lineOf = (visitor: string, port: number) =>
  visitor === ANN ? `PROXY TCP4 192.0.2.7 127.0.0.1 50000 ${port}\r\n` : `PROXY TCP6 2001:db8::7 :: 50001 ${port}\r\n`;

/** Remembers what each connection began with, and answers each request. */
async function site() {
  const lines: string[] = [];
  const origin = await rawOrigin(async (connection) => {
    lines.push(await connection.until('\r\n'));
    for (;;) {
      const head = await connection.head();
      expect(head).toMatch(/^GET \/ HTTP\/1\.1\r\n/);
      connection.write(OK);
    }
  });
  return { ...origin, lines };
}

const get = (origin: Origin, visitor: string) => new Visit(origin, request(), { visitor }).answer;

describe('an HTTP origin that is told', () => {
  it('gets a header first on each connection, and connections are kept for their visitor alone', async () => {
    const { port, lines, connections } = await site();
    const { origin } = httpOrigin(port, LIMITS, { introduce });
    for (const visitor of [ANN, BOB, ANN, BOB, ANN])
      expect(await get(origin, visitor)).toMatchObject({ body: 'ok', end: 'whole' });
    expect([lines, connections.length]).toEqual([[lineOf(ANN, port), lineOf(BOB, port)], 2]);
  });

  it('tells two connections of one address apart: a port is a part of the visitor', async () => {
    const { port, lines } = await site();
    const { origin } = httpOrigin(port, LIMITS, { introduce });
    await get(origin, ANN);
    await get(origin, ANN.replace('50000', '50002'));
    expect(lines.length).toBe(2);
  });

  it('is told again when a request goes again on a new connection', async () => {
    const lines: string[] = [];
    const { port } = await rawOrigin(async (connection: RawConnection, number) => {
      lines.push(await connection.until('\r\n'));
      await connection.head();
      connection.write(OK);
      // The second request on the first connection gets no answer.
      if (number > 0) return;
      await connection.head();
      connection.abort();
    });
    const { origin } = httpOrigin(port, LIMITS, { introduce });
    await get(origin, ANN);
    expect((await get(origin, ANN)).end).toBe('whole');
    expect(lines).toEqual([lineOf(ANN, port), lineOf(ANN, port)]);
  });
});

describe('a TCP origin that is told', () => {
  it('hears it before anything else, also where it speaks first or the visitor says nothing', async () => {
    for (const version of ['v1', 'v2'] as const) {
      const origin = await rawOrigin((connection) => connection.write('hello'));
      const at = parseTarget(`tcp://127.0.0.1:${origin.port}`, '/').place;
      const header = introducer(version)!(ANN)({ host: '127.0.0.1', port: origin.port });
      const { origin: told } = httpOrigin(at, {}, { introduce: introducer(version) });
      const silent = new Visit(told, 'tcp', { visitor: ANN });
      await expect.poll(() => silent.body, { interval: 1 }).toBe('hello');
      await origin.connections[0]!.over();
      const speaking = new Visit(told, 'tcp', { visitor: ANN, ends: false, body: 'question' });
      await speaking.reached;
      speaking.end();
      await origin.connections[1]!.over();
      expect(origin.connections.map(({ received }) => received)).toEqual([
        Buffer.from(header).toString('latin1'),
        `${Buffer.from(header).toString('latin1')}question`,
      ]);
    }
  });

  it('that nobody asked to tell hears only the visitor', async () => {
    const { port, connections } = await rawOrigin(() => {});
    const visit = new Visit(httpOrigin(parseTarget(`tcp://127.0.0.1:${port}`, '/').place).origin, 'tcp', {
      visitor: ANN,
      body: 'question',
    });
    await visit.reached;
    await connections[0]!.over();
    expect(connections[0]!.received).toBe('question');
  });
});
