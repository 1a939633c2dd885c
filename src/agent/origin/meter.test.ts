import { describe, expect, it } from 'vitest';
import { parseTarget } from '../target.ts';
import { httpOrigin } from './http-origin.testkit.ts';
import { rawOrigin } from './raw-origin.testkit.ts';
import { request, Visit } from './visit.testkit.ts';

describe('what passes through an exposure', () => {
  it('is counted for HTTP: exchanges, and the bytes of their bodies', async () => {
    const { port } = await rawOrigin(async (connection) => {
      await connection.until('hello');
      connection.write('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc');
    });
    const { origin, meter } = httpOrigin(port);
    const post = request({ method: 'POST', body: 'length', length: 5, fields: [] });
    const visit = new Visit(origin, post, { body: 'hello' });
    expect(meter).toMatchObject({ visits: 1, open: 1 });
    expect(await visit.answer).toMatchObject({ body: 'abc', end: 'whole' });
    expect(meter).toEqual({ visits: 1, open: 0, bytesIn: 5, bytesOut: 3, dropped: 0 });
  });

  it('is counted before an answer has ended, and when it is cut', async () => {
    const { port, connections } = await rawOrigin(async (connection) => {
      await connection.head();
      connection.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc');
    });
    const { origin, meter } = httpOrigin(port);
    const visit = new Visit(origin, request());
    await expect.poll(() => meter).toEqual({ visits: 1, open: 1, bytesIn: 0, bytesOut: 3, dropped: 0 });
    connections[0]!.abort();
    await visit.answer;
    expect(meter).toEqual({ visits: 1, open: 0, bytesIn: 0, bytesOut: 3, dropped: 0 });
  });

  it('is counted for TCP: connections, once each, and every byte', async () => {
    const { port } = await rawOrigin(async (connection) => {
      await connection.until('ping');
      connection.end('pong!');
    });
    const { origin, meter } = httpOrigin(parseTarget(`tcp://127.0.0.1:${port}`, '/').place);
    const visit = new Visit(origin, 'tcp', { body: 'ping' });
    expect(meter.open).toBe(1);
    await visit.answer;
    visit.pipe.close();
    visit.pipe.reset();
    expect(meter).toEqual({ visits: 1, open: 0, bytesIn: 4, bytesOut: 5, dropped: 0 });
  });

  it('counts a visit that reaches nobody', async () => {
    const { origin, meter } = httpOrigin(1);
    expect((await new Visit(origin, request()).answer).end).toBe('refused');
    expect(meter).toEqual({ visits: 1, open: 0, bytesIn: 0, bytesOut: 0, dropped: 0 });
  });
});
