import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { limitValues } from '../contract/limits.ts';
import type { Script } from '../http/exchange.testkit.ts';
import { makeMemoryReactor } from '../pipe/memory/reactor.ts';
import { makeNodeReactor } from '../pipe/node/reactor.ts';
import { WholeWay } from './whole-way.testkit.ts';

const GET = 'GET / HTTP/1.1\r\nHost: web.gw\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const LIMITS = { agentHoldMs: 300 };
const MEGABYTE = 'm'.repeat(1_000_000);

let way: WholeWay;
const heard = (script: Script, text: string) => way.until(() => script.heard.includes(text));
const ended = (script: Script) => way.until(() => script.end !== 'open');

describe.each([
  ['sockets', () => makeNodeReactor(limitValues(LIMITS), { probeMs: 100 })],
  ['memory', () => makeMemoryReactor({ seed: 1 })],
  ['memory in pieces of up to 5 bytes', () => makeMemoryReactor({ seed: 5, splitBytesMax: 5 })],
])('the whole way over %s', (name, makeReactor) => {
  const small = name.includes('pieces');
  const big = small ? MEGABYTE.slice(0, 5_000) : MEGABYTE;

  beforeEach(async () => {
    way = await WholeWay.start(makeReactor(), LIMITS);
  });
  afterEach(() => way.close());

  test('keeps the connections of visitor and origin over several requests', async () => {
    const visitor = way.visit(GET);
    for (let i = 1; i <= 3; i += 1) {
      (await way.asked('\r\n\r\n')).send(OK);
      await way.until(() => visitor.heard.split('\r\n\r\nok').length === i + 1);
      if (i < 3) visitor.send(GET);
      await way.until(() => i === 3 || (way.came[0]?.heard.split('GET / ').length ?? 0) === i + 2);
    }
    expect(way.came).toHaveLength(1);
    expect(way.came[0]?.heard).toContain('X-Forwarded-For: 127.0.0.1\r\n');
  });

  test('carries uploads and downloads with chunks and trailers', async () => {
    const half = big.length.toString(16);
    const head = 'POST / HTTP/1.1\r\nHost: web.gw\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\n\r\n';
    const visitor = way.visit(`${head}${half}\r\n${big}\r\n0\r\nX-End: 1\r\n\r\n`);
    const origin = await way.asked('X-End: 1');
    expect(origin.heard.split('m').length).toBeGreaterThan(big.length);
    origin.send(`${CHUNKED}${half}\r\n${big}\r\n0\r\nX-End: 2\r\n\r\n`);
    await heard(visitor, '0\r\nX-End: 2\r\n\r\n');
    expect(visitor.heard.replaceAll(/[^m]/g, '').length).toBe(big.length);
  });

  test('a visitor that leaves during the answer is an abort at the origin (P76)', async () => {
    const visitor = way.visit(GET);
    const origin = (await way.asked('GET')).send(`${CHUNKED}1\r\nx\r\n`);
    await heard(visitor, 'x\r\n');
    visitor.pipe.reset();
    await ended(origin);
    expect(way.test.gate.visitors).toBe(0);
  });

  test('a visitor that leaves during its upload is an abort at the origin (P41)', async () => {
    const visitor = way.visit('POST / HTTP/1.1\r\nHost: web.gw\r\nContent-Length: 100\r\n\r\nabc');
    const origin = await way.asked('abc');
    visitor.pipe.reset();
    await ended(origin);
    expect(origin.end).toBe('reset');
  });

  test('an upload that ends early is cut at the origin, and answered 400', async () => {
    const visitor = way.visit('POST / HTTP/1.1\r\nHost: web.gw\r\nContent-Length: 100\r\n\r\nabc').fin();
    await ended(visitor);
    expect(visitor.heard).toMatch(/^HTTP\/1\.1 400 .*TK-3004/s);
    if (way.came[0] !== undefined) await ended(way.came[0]);
    // A connection on which nothing was sent may end in peace.
    expect(way.came.filter(({ end, heard: asked }) => end === 'fin' && asked !== '')).toEqual([]);
  });

  test.each([
    ['fewer bytes than it said (P55)', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'],
    ['no last chunk (P56)', `${CHUNKED}3\r\nabc\r\n`],
  ])('an answer with %s is an abort at the visitor', async (_title, text) => {
    const visitor = way.visit(GET);
    const origin = (await way.asked('GET')).send(text);
    // Chunks may be others than the origin's.
    await way.until(() => /\r\n\r\n.*c\s*$/s.test(visitor.heard));
    origin.fin();
    await ended(visitor);
    expect([visitor.end, visitor.heard.includes('0\r\n\r\n')]).toEqual(['reset', false]);
  });

  test('an answer ended by FIN is whole, also for HTTP/1.0 (P58, P81)', async () => {
    const visitor = way.visit('GET / HTTP/1.0\r\nHost: web.gw\r\n\r\n');
    (await way.asked('GET')).send('HTTP/1.1 200 OK\r\n\r\nabc').fin();
    await ended(visitor);
    expect([visitor.end, visitor.heard.endsWith('\r\n\r\nabc')]).toEqual(['fin', true]);
  });

  test('an early answer reaches a visitor that is still sending (P42)', async () => {
    const visitor = way.visit(`POST / HTTP/1.1\r\nHost: web.gw\r\nContent-Length: 99999999\r\n\r\n${big}`);
    (await way.asked('POST')).send('HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno').fin();
    await ended(visitor);
    expect(visitor.heard).toMatch(/^HTTP\/1\.1 413 .*\r\n\r\nno$/s);
  });

  test('a refusal reaches a visitor that goes on uploading', async () => {
    const visitor = way.visit(`POST / HTTP/1.1\r\nHost: nobody.gw\r\nContent-Length: 99999999\r\n\r\n${big}`);
    await ended(visitor);
    expect([visitor.heard.slice(9, 12), visitor.heard.includes('</html>')]).toEqual(['404', true]);
  });

  test('100-continue comes from the origin (P45)', async () => {
    const visitor = way.visit('POST / HTTP/1.1\r\nHost: web.gw\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n');
    const origin = (await way.asked('\r\n\r\n')).send('HTTP/1.1 100 Continue\r\n\r\n');
    await heard(visitor, '100 Continue\r\n\r\n');
    visitor.send('abc');
    await heard(origin, 'abc');
    origin.send(OK);
    await heard(visitor, '\r\n\r\nok');
  });

  test('HEAD, 204 and 304 have no body, and the connection goes on (P50, P52)', async () => {
    const visitor = way.visit('HEAD / HTTP/1.1\r\nHost: web.gw\r\n\r\n');
    (await way.asked('HEAD')).send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n');
    await heard(visitor, 'Content-Length: 10\r\n\r\n');
    for (const status of ['204 No Content', '304 Not Modified', '200 OK']) {
      visitor.send(`GET /${status.slice(0, 3)} HTTP/1.1\r\nHost: web.gw\r\n\r\n`);
      const extra = status === '200 OK' ? 'Content-Length: 2\r\n\r\nok' : '\r\n';
      (await way.asked(`GET /${status.slice(0, 3)}`)).send(`HTTP/1.1 ${status}\r\n${extra}`);
      await way.until(
        () => visitor.heard.endsWith(status === '200 OK' ? 'ok' : '\r\n\r\n') && visitor.heard.includes(status),
      );
    }
  });

  test('a WebSocket keeps glued bytes and half-closes (P85, P87)', async () => {
    const visitor = way.visit(
      'GET / HTTP/1.1\r\nHost: web.gw\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nearly',
    );
    const origin = await way.asked('\r\n\r\n');
    expect(origin.heard).toMatch(/Upgrade: websocket\r\n/i);
    origin.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello');
    await heard(visitor, '\r\n\r\nhello');
    await heard(origin, 'early');
    visitor.fin();
    await ended(origin);
    origin.send(big).fin();
    await ended(visitor);
    expect([origin.end, visitor.end, visitor.heard.endsWith(`hello${big}`)]).toEqual(['fin', 'fin', true]);
  });

  test('a WebSocket that is reset on one side is reset on the other (P88)', async () => {
    const visitor = way.visit('GET / HTTP/1.1\r\nHost: web.gw\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const origin = await way.asked('\r\n\r\n');
    origin.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await heard(visitor, '101');
    origin.pipe.reset();
    await ended(visitor);
    expect(visitor.end).toBe('reset');
  });

  test.each([
    ['WebSocket', 'origin', 'origin'],
    ['WebSocket', 'origin', 'visitor'],
    ['WebSocket', 'visitor', 'origin'],
    ['WebSocket', 'visitor', 'visitor'],
    ['TCP stream', 'origin', 'origin'],
    ['TCP stream', 'origin', 'visitor'],
    ['TCP stream', 'visitor', 'origin'],
    ['TCP stream', 'visitor', 'visitor'],
  ])('a %s half-closed by the %s and then reset by the %s is reset for the other', async (kind, first, breaker) => {
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
    const isTcp = kind === 'TCP stream';
    const visitor = isTcp
      ? way.visit('hello', '20000')
      : way.visit(`GET / HTTP/1.1\r\nHost: web.gw\r\n${upgrade}\r\nhello`);
    const origin = await way.asked(isTcp ? 'hello' : '\r\n\r\n');
    if (!isTcp) origin.send(`HTTP/1.1 101 Switching Protocols\r\n${upgrade}\r\n`);
    await heard(origin, 'hello');
    const [ender, other] = first === 'origin' ? [origin, visitor] : [visitor, origin];
    ender.send('last').fin();
    await ended(other);
    const [breaks, learns] = breaker === 'origin' ? [origin, visitor] : [visitor, origin];
    breaks.pipe.reset();
    // Who has read an end before is told of the break all the same.
    await way.until(() => learns.pipe.cause !== undefined);
    expect(learns.pipe.cause).toBe('reset');
    await way.until(() => way.test.gate.visitors === 0);
  });

  test('an origin that breaks is 502, and so is one that does not speak HTTP (P59)', async () => {
    const visitor = way.visit(GET.replace('GET', 'POST').replace('\r\n\r\n', '\r\nContent-Length: 0\r\n\r\n'));
    (await way.asked('POST')).pipe.reset();
    await heard(visitor, 'TK-2005');
    visitor.send(GET);
    (await way.asked('GET')).send('hello\r\n\r\n');
    await heard(visitor, 'TK-2006');
    expect(visitor.heard.match(/HTTP\/1\.1 502 /g)).toHaveLength(2);
  });

  test('an agent that is killed is 502 for what it served, and what comes then waits for the next agent', async () => {
    const flying = way.visit(GET);
    await way.asked('GET');
    await way.kill();
    await heard(flying, 'TK-3003');
    const waiting = way.visit(GET.replace('/ ', '/again '));
    await way.agent();
    (await way.asked('/again')).send(OK);
    await heard(waiting, '\r\n\r\nok');
  });

  test('TCP half-closes one way while the other goes on (T1, T7)', async () => {
    const visitor = way.visit('', '20000');
    await way.until(() => way.came.length === 1);
    const origin = (way.came[0] as Script).send('welcome');
    await heard(visitor, 'welcome');
    visitor.send('bye').fin();
    await ended(origin);
    origin.send(big).fin();
    await ended(visitor);
    expect([origin.heard, origin.end]).toEqual(['bye', 'fin']);
    expect([visitor.heard === `welcome${big}`, visitor.end]).toEqual([true, 'fin']);
    await way.until(() => way.test.gate.visitors === 0);
  });

  test.each([
    ['visitor', 'origin'],
    ['origin', 'visitor'],
  ])('TCP carries a reset of the %s to the %s (T3)', async (from) => {
    const visitor = way.visit('a', '20000');
    await way.until(() => way.came[0]?.heard === 'a');
    const origin = way.came[0] as Script;
    const [one, other] = from === 'visitor' ? [visitor, origin] : [origin, visitor];
    one.pipe.reset();
    await ended(other);
    expect(other.end).toBe('reset');
    await way.until(() => way.test.gate.visitors === 0);
  });

  test('TCP carries a connection without any bytes (T5)', async () => {
    const visitor = way.visit('', '20000').fin();
    await way.until(() => way.came[0]?.end === 'fin');
    way.came[0]?.fin();
    await ended(visitor);
    expect(visitor.end).toBe('fin');
  });
});
