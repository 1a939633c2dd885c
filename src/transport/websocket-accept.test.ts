import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitValues } from '../contract/limits.ts';
import type { Link } from '../contract/link.ts';
import type { PipeCause } from '../contract/pipe.ts';
import { makeNodeReactor } from '../pipe/node/reactor.ts';
import { startGateway, type TestGateway } from './gateway.testkit.ts';
import { allFrom, frame, gone, OPCODE, rawClient, upgradeText } from './raw-websocket.testkit.ts';

const limits = limitValues({ linkMessageBytes: 1_000 });
const reactor = makeNodeReactor(limits);
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway(reactor, limits, undefined);
});
afterAll(() => gateway.close());

describe('an upgrade request', () => {
  it.each([
    ['another method', upgradeText({}, 'POST'), 405, 'Allow: GET'],
    ['no upgrade', upgradeText({ Upgrade: undefined }), 426, 'Upgrade: websocket'],
    ['another protocol', upgradeText({ Upgrade: 'h2c' }), 426, 'Upgrade: websocket'],
    ['an old version', upgradeText({ 'Sec-WebSocket-Version': '8' }), 426, 'Sec-WebSocket-Version: 13'],
    ['no version', upgradeText({ 'Sec-WebSocket-Version': undefined }), 426, 'Sec-WebSocket-Version: 13'],
    ['no key', upgradeText({ 'Sec-WebSocket-Key': undefined }), 400, ''],
    ['a short key', upgradeText({ 'Sec-WebSocket-Key': 'AAAA' }), 400, ''],
    ['two keys', upgradeText({ 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' }), 400, ''],
    ['no subprotocol', upgradeText({ 'Sec-WebSocket-Protocol': undefined }), 400, ''],
    ['another subprotocol', upgradeText({ 'Sec-WebSocket-Protocol': 'chat, anpx.22' }), 400, ''],
    ['an origin, as browsers send it', upgradeText({ Origin: 'https://evil.example' }), 403, ''],
  ])('with %s is refused and the connection closed', async (_, request, status, field) => {
    const arriving = expect(gateway.next()).rejects.toMatchObject({ code: 'TK-4009', cause: 'malformed' });
    const answer = await allFrom(rawClient(gateway.port, request));
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain(field);
    await arriving;
  });

  it('may come with the first frames glued to it, in single bytes', async () => {
    const bytes = Buffer.concat([Buffer.from(upgradeText()), frame(OPCODE.binary, Buffer.from('early'))]);
    const glued = rawClient(gateway.port, bytes);
    expect(await readText(await gateway.next(), 5)).toBe('early');
    glued.destroy();

    const dripping = rawClient(gateway.port);
    for (const byte of bytes) dripping.write(Buffer.of(byte));
    expect(await readText(await gateway.next(), 5)).toBe('early');
    dripping.destroy();
  });

  it('that is not waited for gives no link, or one that is reset', async () => {
    const arriving = gateway.next();
    const socket = rawClient(gateway.port, upgradeText());
    socket.on('connect', () => socket.resetAndDestroy());
    const outcome = await arriving.then(ending, (error: Error) => error.message);
    expect(outcome).toMatch(/reset|no request|left/);
  });
});

describe('an accepted WebSocket', () => {
  const repeated = (count: number, bytes: Buffer) => Buffer.concat(Array.from({ length: count }, () => bytes));
  const fragments = (count: number) =>
    Buffer.concat([
      frame(OPCODE.binary, Buffer.from('x'), { final: false }),
      repeated(count - 2, frame(OPCODE.continuation, Buffer.from('x'), { final: false })),
      frame(OPCODE.continuation, Buffer.from('x')),
    ]);
  const closeWith = (code: number) => frame(OPCODE.close, Buffer.of(code >> 8, code & 255));
  const one = Buffer.from('1');

  it.each<[string, Buffer, PipeCause]>([
    ['a text message', frame(OPCODE.text, Buffer.from('hello')), 'malformed'],
    ['a flood of pings', repeated(limits.sessionPingsPerSecond + 1, frame(OPCODE.ping, one)), 'malformed'],
    ['a flood of pongs', repeated(limits.sessionPingsPerSecond + 1, frame(OPCODE.pong, one)), 'malformed'],
    ['a flood of nothing', repeated(limits.sessionPingsPerSecond + 1, frame(OPCODE.binary, Buffer.of())), 'malformed'],
    ['a message above the bound', frame(OPCODE.binary, Buffer.alloc(limits.linkMessageBytes + 1)), 'malformed'],
    ['too many fragments', fragments(limits.linkMessageFragments + 1), 'malformed'],
    ['a frame without a mask', frame(OPCODE.binary, one, { masked: false }), 'malformed'],
    ['a continuation of nothing', frame(OPCODE.continuation, one), 'malformed'],
    ['an unknown opcode', frame(3, one), 'malformed'],
    ['a close that is not normal', closeWith(1001), 'reset'],
    ['a close without a code', frame(OPCODE.close, Buffer.of()), 'reset'],
  ])('is reset by %s', async (_, bytes, cause) => {
    const socket = rawClient(gateway.port, upgradeText(), bytes);
    const over = gone(socket);
    const link = await gateway.next();
    expect(await ending(link)).toBe('reset');
    expect(link.cause).toBe(cause);
    await over;
  });

  it('is reset when the connection ends without a close', async () => {
    const socket = rawClient(gateway.port, upgradeText());
    const link = await gateway.next();
    socket.end();
    expect(await ending(link)).toBe('reset');
    expect(link.cause).toBe('truncated');
  });

  it('takes the bounds themselves', async () => {
    const pings = repeated(limits.sessionPingsPerSecond, frame(OPCODE.ping, one));
    const message = frame(OPCODE.binary, Buffer.alloc(limits.linkMessageBytes, 'm'));
    const socket = rawClient(gateway.port, upgradeText(), pings, fragments(limits.linkMessageFragments), message);
    const text = await readText(await gateway.next(), limits.linkMessageFragments + limits.linkMessageBytes);
    expect(text).toBe('x'.repeat(limits.linkMessageFragments) + 'm'.repeat(limits.linkMessageBytes));
    socket.destroy();
  });

  it('is ended by a normal close, after its bytes, once', async () => {
    const socket = rawClient(gateway.port, upgradeText(), frame(OPCODE.binary, Buffer.from('last')), closeWith(1000));
    const link = await gateway.next();
    expect(await readText(link, 4)).toBe('last');
    expect(await ending(link)).toBe('end');
    expect(link.more).toBe(false);
    link.close();
    socket.destroy();
  });

  it('that was let go is over a second later also where the other side never answers the close', async () => {
    const socket = rawClient(gateway.port, upgradeText());
    const over = gone(socket);
    const link = await gateway.next();
    const began = performance.now();
    link.end();
    link.close();
    await over;
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

/** Reads until END or RESET. */
function ending(link: Link): Promise<'end' | 'reset'> {
  const arena = { bytes: Buffer.alloc(4_096), size: 4_096 };
  const { promise, resolve } = Promise.withResolvers<'end' | 'reset'>();
  link.owner = {
    writable() {},
    readable() {
      const count = link.read(arena, 0, arena.size);
      if (count < 0) resolve(count === -1 ? 'end' : 'reset');
    },
  };
  link.want(true, false);
  return promise;
}

function readText(link: Link, length: number): Promise<string> {
  const arena = { bytes: Buffer.alloc(length), size: length };
  let have = 0;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  link.owner = {
    writable() {},
    readable() {
      const count = link.read(arena, have, length - have);
      if (count < 0) return reject(new Error(`over after ${have} bytes`));
      have += count;
      if (have < length) return undefined;
      link.want(false, false);
      return resolve(arena.bytes.toString());
    },
  };
  link.want(true, false);
  return promise;
}
