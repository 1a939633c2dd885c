// Who breaks off, and who learns of it: visitors in the middle of uploads and answers, and WebSockets at both ends.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from './program.testkit.ts';
import { keyedBytes } from './visit.testkit.ts';
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

async function visitor(method: string, fields: readonly string[]): Promise<Wire> {
  const wire = await call(url.port);
  wire.send([`${method} / HTTP/1.1`, `Host: ${url.host}`, ...fields, '', ''].join('\r\n'));
  return wire;
}

describe('a visitor that breaks off', () => {
  it.each([
    ['with a length', ['Content-Length: 1000000'], 'begun'],
    ['in chunks', ['Transfer-Encoding: chunked'], '5\r\nbegun\r\n'],
  ])('an upload %s is seen by the origin within a second, and as no end', async (_how, fields, part) => {
    for (const leave of ['reset', 'finish'] as const) {
      const wire = await visitor('POST', fields);
      wire.send(part);
      const at = await origin.take();
      await at.says('begun');
      const left = Date.now();
      wire[leave]();
      const ending = await at.ends();
      expect(Date.now() - left).toBeLessThan(1_000);
      expect(ending).toBe('rst');
      expect(at.text).not.toMatch(/\r\n0\r\n/);
    }
  });

  it('a long answer is seen by the origin within a second', async () => {
    const wire = await visitor('GET', []);
    const at = await origin.take();
    await at.says('\r\n\r\n');
    at.send(`HTTP/1.1 200 OK\r\nContent-Length: ${2 ** 40}\r\n\r\n`);
    const pouring = keyedBytes(2 ** 40);
    pouring.pipe(at.socket);
    await wire.until('ten megabytes', () => wire.bytes > 10_000_000);
    const left = Date.now();
    wire.reset();
    const ended = await at.ends();
    pouring.destroy();
    console.log(`the origin saw "${ended}" ${Date.now() - left} ms after the visitor had left`);
    expect(Date.now() - left).toBeLessThan(1_000);
  });

  it('a silent answer is seen by the origin within a second', async () => {
    const wire = await visitor('GET', []);
    const at = await origin.take();
    await at.says('\r\n\r\n');
    at.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nevent\r\n');
    await wire.says('event');
    const left = Date.now();
    wire.reset();
    await at.ends();
    expect(Date.now() - left).toBeLessThan(1_000);
  });
});

describe('a WebSocket', () => {
  const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
  const ACCEPT = createHash('sha1').update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const UPGRADE = [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${KEY}`,
  ];
  const SWITCH = `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${ACCEPT}\r\n\r\n`;
  const rest = (wire: Wire) => wire.received.subarray(wire.text.indexOf('\r\n\r\n') + 4);

  /** Both sides have glued `glue` to their part of the handshake. */
  async function opened(glue = ''): Promise<{ visitor: Wire; served: Wire }> {
    const wire = await call(url.port);
    wire.send([`GET /ws HTTP/1.1`, `Host: ${url.host}`, ...UPGRADE, '', glue].join('\r\n'));
    const at = await origin.take();
    await at.says('\r\n\r\n');
    at.send(SWITCH + glue);
    await wire.says('\r\n\r\n');
    return { visitor: wire, served: at };
  }

  it('loses no byte that is glued to its handshake, on either side', async () => {
    const glue = 'frames '.repeat(150);
    const { visitor: wire, served } = await opened(glue);
    await Promise.all([wire, served].map((side) => side.until('the glue', () => rest(side).length >= glue.length)));
    expect([wire, served].map((side) => rest(side).toString())).toEqual([glue, glue]);
    expect(wire.text).toContain(`Sec-WebSocket-Accept: ${ACCEPT}`);
    wire.reset();
    expect(await served.ends()).toBe('rst');
  });

  it.each(['visitor', 'origin'])('half-closed by the %s goes on the other way', async (first) => {
    const { visitor: wire, served } = await opened();
    const [ender, speaker] = first === 'visitor' ? [wire, served] : [served, wire];
    ender.finish('last');
    expect(await speaker.ends()).toBe('fin');
    expect(rest(speaker).toString()).toBe('last');
    keyedBytes(10_000_000).pipe(speaker.socket);
    expect(await ender.ends()).toBe('fin');
    expect(rest(ender).length).toBe(10_000_000);
  });

  it('whose connection is lost says nothing of its own to the other side', async () => {
    const { visitor: wire, served } = await opened();
    served.reset();
    expect(await wire.ends()).toBe('rst');
    expect(rest(wire).length).toBe(0);
  });

  it('upgrades to nothing else: h2c is an ordinary request', async () => {
    const wire = await visitor('GET', [
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABk',
    ]);
    const at = await origin.take();
    await at.says('\r\n\r\n');
    expect(at.text).not.toMatch(/upgrade|http2-settings/i);
    at.finish('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    await wire.says('200 OK');
    wire.socket.destroy();
  });
});
