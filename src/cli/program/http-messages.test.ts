// Single HTTP messages through the whole chain, byte by byte on both ends: what arrives at an origin, what arrives at a visitor.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { World } from './program.testkit.ts';
import { call, RawOrigin, type Wire } from './wire.testkit.ts';

const world = new World();
let origin: RawOrigin;
let url: URL;

beforeAll(async () => {
  ({ origin, url } = await RawOrigin.exposed(world));
});
afterAll(async () => {
  origin.close();
  await world.close();
});

/** What `\n` stands for on the wire. */
const crlf = (text: string) => text.replaceAll('\n', '\r\n');

/** A visitor that has sent `head`; `\n` is a line's end and the Host is added. */
async function visitor(head: string): Promise<Wire> {
  const wire = await call(url.port);
  wire.send(crlf(head.replace('\n', `\nHost: ${url.host}\n`)));
  return wire;
}

/** The origin's side of a visit, once the request's head is there. */
async function served(): Promise<Wire> {
  const wire = await origin.take();
  await wire.says('\r\n\r\n');
  return wire;
}

/** Ends a connection that the agent would keep for the next test. */
async function leave(at: Wire): Promise<void> {
  at.finish();
  await at.ends();
}

/** One visit with an origin that answers `answer` and closes; what the visitor got. */
async function exchange(request: string, answer: string): Promise<{ readonly sent: string; readonly got: string }> {
  const wire = await visitor(request);
  const at = await served();
  at.finish(crlf(answer));
  await wire.ends();
  wire.socket.destroy();
  return { sent: at.text, got: wire.text };
}

it('passes 100, 102 and 103 on in order, before the answer', async () => {
  const { got } = await exchange(
    'GET / HTTP/1.1\nConnection: close\n\n',
    'HTTP/1.1 102 Processing\n\nHTTP/1.1 103 Early Hints\nLink: </a.css>\n\nHTTP/1.1 200 OK\nContent-Length: 2\n\nok',
  );
  expect([...got.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status)).toEqual(['102', '103', '200']);
  expect(got).toContain('Link: </a.css>');
  expect(got).toMatch(/\r\n\r\nok$/);
});

it('shows interim answers to nobody who speaks HTTP/1.0, and de-chunks for them', async () => {
  const { got } = await exchange(
    'GET / HTTP/1.0\n\n',
    'HTTP/1.1 103 Early Hints\n\nHTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n4\ndefg\n0\n\n',
  );
  expect(got).toMatch(/^HTTP\/1\.[01] 200/);
  expect(got).not.toMatch(/103|chunked/i);
  expect(got).toMatch(/\r\n\r\nabcdefg$/);
});

it('shows a chunked answer that breaks off to HTTP/1.0 as a reset, since its end is all it has', async () => {
  const wire = await visitor('GET / HTTP/1.0\n\n');
  const at = await served();
  at.finish(crlf('HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n'));
  expect(await wire.ends()).toBe('rst');
});

it('carries trailers to those who asked for them, and only to them', async () => {
  const answer =
    'HTTP/1.1 200 OK\nTrailer: X-Sum\nTransfer-Encoding: chunked\n\n3\nabc\n0\nX-Sum: 6\nContent-Length: 9\n\n';
  const asked = await exchange('GET / HTTP/1.1\nTE: trailers\nConnection: TE, close\n\n', answer);
  expect(asked.got).toMatch(/\r\n0\r\nX-Sum: 6\r\n\r\n$/);
  expect(asked.got).not.toContain('Content-Length');
  const plain = await exchange('GET / HTTP/1.1\nConnection: close\n\n', answer);
  expect(plain.got).toMatch(/\r\n0\r\n\r\n$/);
});

it('answers HEAD with the length and without a body, and the connection goes on', async () => {
  const wire = await visitor('HEAD / HTTP/1.1\n\n');
  const at = await served();
  expect(at.text).toMatch(/^HEAD \/ HTTP\/1\.1\r\n/);
  at.send(crlf('HTTP/1.1 200 OK\nContent-Length: 10\n\n'));
  await wire.says('\r\n\r\n');
  wire.send(crlf(`GET /next HTTP/1.1\nHost: ${url.host}\nConnection: close\n\n`));
  await at.says('GET /next');
  at.finish(crlf('HTTP/1.1 304 Not Modified\nETag: "a"\nContent-Length: 10\n\n'));
  expect(await wire.ends()).toBe('fin');
  expect(wire.text).toMatch(/Content-Length: 10\r\n[\s\S]*HTTP\/1\.1 304[\s\S]*\r\n\r\n$/);
  wire.socket.destroy();
});

it('drops what an origin sends behind 204 and 304, and uses that connection no more', async () => {
  for (const status of ['204 No Content', '304 Not Modified']) {
    const wire = await visitor('GET / HTTP/1.1\n\n');
    const at = await served();
    at.send(crlf(`HTTP/1.1 ${status}\n\nHTTP/1.1 200 OK\nContent-Length: 8\n\npoisoned`));
    await wire.says('\r\n\r\n');
    wire.send(crlf(`GET /next HTTP/1.1\nHost: ${url.host}\nConnection: close\n\n`));
    const next = await served();
    next.finish(crlf('HTTP/1.1 200 OK\nContent-Length: 5\n\nclean'));
    await wire.ends();
    expect(wire.text).toMatch(/clean$/);
    expect(wire.text).not.toContain('poisoned');
    wire.socket.destroy();
  }
});

it('delivers an early 413 whole while the visitor still sends, and then closes', async () => {
  const wire = await visitor('POST / HTTP/1.1\nContent-Length: 100000000\n\n');
  const pouring = Buffer.alloc(65_536);
  const pour = () => {
    while (!wire.socket.destroyed && wire.socket.write(pouring));
    wire.socket.once('drain', pour);
  };
  pour();
  const at = await served();
  at.finish(crlf('HTTP/1.1 413 Content Too Large\nContent-Length: 9\nConnection: close\n\ntoo large'));
  await wire.says('too large');
  expect(wire.text).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close\r\n/i);
  await wire.ends();
  wire.socket.destroy();
});

it("waits with the body for the origin's own 100 Continue", async () => {
  const wire = await visitor('POST / HTTP/1.1\nContent-Length: 4\nExpect: 100-continue\nConnection: close\n\n');
  const at = await served();
  expect(at.text).toMatch(/Expect: 100-continue/i);
  expect(wire.bytes).toBe(0);
  at.send(crlf('HTTP/1.1 100 Continue\n\n'));
  await wire.says('HTTP/1.1 100');
  wire.send('body');
  await at.says('\r\n\r\nbody');
  at.finish(crlf('HTTP/1.1 200 OK\nContent-Length: 4\n\ndone'));
  await wire.ends();
  expect(wire.text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 100', 'HTTP/1.1 200']);
  wire.socket.destroy();
});

it('delivers a refusal of the expectation; whatever follows on either side is not taken for the body', async () => {
  const wire = await visitor('POST / HTTP/1.1\nContent-Length: 40\nExpect: 100-continue\n\n');
  const at = await served();
  at.send(crlf('HTTP/1.1 417 Expectation Failed\nContent-Length: 0\n\n'));
  await wire.says('417');
  await wire.ends();
  expect(at.text.split('\r\n\r\n')[1]).toBe('');
  wire.socket.destroy();
});

it('answers three pipelined requests in order, a POST among them', async () => {
  const host = `Host: ${url.host}\n`;
  const wire = await call(url.port);
  wire.send(
    crlf(
      `GET /1 HTTP/1.1\n${host}\nPOST /2 HTTP/1.1\n${host}Content-Length: 3\n\ntwoGET /3 HTTP/1.1\n${host}Connection: close\n\n`,
    ),
  );
  const at = await origin.take();
  for (const [number, body] of [
    [1, ''],
    [2, 'two'],
    [3, ''],
  ] as const) {
    await at.until(`request ${number}`, () => at.text.includes(`/${number} `) && at.text.endsWith(`\r\n\r\n${body}`));
    at.send(crlf(`HTTP/1.1 200 OK\nContent-Length: 7\n\nanswer${number}`));
  }
  expect(await wire.ends()).toBe('fin');
  expect(wire.text.match(/answer\d/g)).toEqual(['answer1', 'answer2', 'answer3']);
  wire.socket.destroy();
  await leave(at);
});

it('gives a visitor that half-closes behind its request the whole answer', async () => {
  const wire = await call(url.port);
  wire.finish(crlf(`GET / HTTP/1.1\nHost: ${url.host}\n\n`));
  const at = await served();
  const body = Buffer.alloc(2_000_000, 'x');
  at.send(crlf(`HTTP/1.1 200 OK\nContent-Length: ${body.length}\n\n`));
  at.send(body);
  expect(await wire.ends()).toBe('fin');
  expect(wire.received.subarray(wire.text.indexOf('\r\n\r\n') + 4).equals(body)).toBe(true);
  await leave(at);
});

it.each([
  ['less than its length', 'HTTP/1.1 200 OK\nContent-Length: 10\n\nabc'],
  ['chunks without the last one', 'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n'],
])('never ends an answer cleanly of which the origin sent %s', async (_what, answer) => {
  const { got } = await exchange('GET / HTTP/1.1\n\n', answer);
  // A reset may overtake what was sent before it.
  expect(got).toMatch(/^$|^HTTP\/1\.1 200/);
  expect(got).not.toMatch(/\r\n0\r\n/);
  expect(got.length - got.lastIndexOf('\r\n\r\n')).toBeLessThan(14);
});
