// One request and its answer over HTTP/2, from frames to the bytes that the origin sees and back: the cases of the list that have a meaning here.
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CODE, FLAG, type FramePeer, frame, number32, SETTING, TYPE } from '../../conformance/raw/frame-peer.ts';
import type { MessagePipe } from '../../contract/message.ts';
import { STREAM_CODE, type StreamOpener } from '../../contract/stream.ts';
import { type Script, Stream } from '../../http/exchange.testkit.ts';
import { Http2World, request } from './http2-world.testkit.ts';
import { webSocketAccept } from './web-socket.ts';

const MEGABYTE = 'm'.repeat(1_000_000);
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

let world: Http2World;
beforeAll(async () => {
  world = await Http2World.start({ bodyIdleMs: 60_000 });
});
afterAll(() => world.close());

let path = 0;
/** A path that no other test asks for. */
const fresh = () => `/${++path}`;

const asked = (at: string) => world.way.asked(` ${at} HTTP/1.1`);
const heard = (origin: Script, text: string) => world.way.until(() => origin.heard.includes(text));
const ended = (origin: Script) => world.way.until(() => origin.end !== 'open');
const fieldOf = (peer: FramePeer, stream: number, name: string) =>
  peer.stream(stream).sections.flatMap((section) => section.flatMap(([key, value]) => (key === name ? [value] : [])));

/** What the origin has heard of the request for `at` and behind it, on a connection that may have served others. */
const since = (origin: Script, at: string) => origin.heard.slice(origin.heard.lastIndexOf(` ${at} HTTP`));

/** A request on stream 1 of a new connection, which the origin has heard. */
async function open(changes: Readonly<Record<string, string>> = {}, end = true) {
  const at = fresh();
  const peer = world.peer().headers(1, request({ ':path': at, ...changes }), end);
  return { peer, at, origin: await asked(at) };
}

/** The next request on the connection is served, and the origin sees it whole. */
async function servesAnother(peer: FramePeer, stream = 3): Promise<void> {
  const at = fresh();
  peer.headers(stream, request({ ':path': at }));
  const origin = await asked(at);
  expect(origin.heard.slice(origin.heard.indexOf(`GET ${at} `))).toMatch(/^GET \/\d+ HTTP\/1\.1\r\nHost: web\.gw\r\n/);
  origin.send(OK);
  expect((await peer.ended(stream)).end).toBe('end');
  expect(peer.status(stream)).toBe(200);
}

describe('requests', () => {
  it('reach the origin as HTTP/1.1 with what the gateway knows of the visitor', async () => {
    const { peer, at, origin } = await open();
    expect(origin.heard).toMatch(new RegExp(`^GET ${at} HTTP/1\\.1\r\nHost: web\\.gw\r\n`));
    expect(origin.heard).toContain('X-Forwarded-For: 127.0.0.1\r\n');
    expect(origin.heard).toContain('Via: 2 tunnelkit\r\n');
    origin.send(OK);
    expect((await peer.ended(1)).body.toString()).toBe('ok');
    expect(fieldOf(peer, 1, 'content-length')).toEqual(['2']);
  });

  it('go to another agent, with what was read of them, when the first says that no origin has seen them', async () => {
    const { relay } = world.way;
    const destination = relay.destination.bind(relay);
    const refusing: Stream[] = [];
    onTestFinished(() => {
      relay.destination = destination;
    });
    relay.destination = (host) => {
      const found = destination(host);
      if (found.kind !== 'live') return found;
      const open: StreamOpener['open'] = (head, visitor) => {
        if (refusing.length > 0) return found.opener.open(head, visitor);
        refusing.push(new Stream(visitor as MessagePipe));
        return { id: 1, opened: false, unreached: undefined, cancel: () => {} };
      };
      return { ...found, opener: { spare: true, open } };
    };
    const at = fresh();
    const peer = world.peer().headers(1, request({ ':path': at, ':method': 'POST' }), false);
    peer.send(frame(TYPE.data, 0, 1, Buffer.from('the ')));
    await world.way.until(() => refusing[0]?.body === 'the ');
    refusing[0]!.reset(STREAM_CODE.originRefused);
    peer.send(frame(TYPE.data, FLAG.endStream, 1, Buffer.from('body')));
    const origin = await asked(at);
    await heard(origin, '0\r\n\r\n');
    expect(
      since(origin, at)
        .replace(/\r\n[0-9a-f]+\r\n/g, '|')
        .replaceAll('|', ''),
    ).toContain('the body');
    origin.send(OK);
    expect((await peer.ended(1)).end).toBe('end');
    expect(peer.status(1)).toBe(200);
  });

  it('P93: the crumbs of a cookie are one field again', async () => {
    const at = fresh();
    world
      .peer()
      .headers(1, request({ ':path': at }, ['cookie', 'a=1'], ['x', 'y'], ['cookie', 'b=2'], ['cookie', 'c=3']));
    const origin = await asked(at);
    expect(origin.heard.match(/cookie: .*/gi)).toEqual(['cookie: a=1; b=2; c=3']);
    origin.send(OK);
  });

  it.each([
    ['a declared length', [['content-length', String(MEGABYTE.length)]], /content-length: 1000000\r\n/i],
    ['no declared length', [], /transfer-encoding: chunked\r\n/i],
  ] as const)('carry a body of %s', async (_which, fields, framing) => {
    const at = fresh();
    const peer = world.peer().headers(1, request({ ':path': at, ':method': 'POST' }, ...fields), false);
    for (let from = 0; from < MEGABYTE.length; from += 10_000) {
      await peer.until(() => granted(peer, 1) - from > 10_000);
      peer.data(1, MEGABYTE.slice(from, from + 10_000), from + 10_000 >= MEGABYTE.length);
    }
    const origin = await asked(at);
    await world.way.until(() => origin.heard.replaceAll(/[^m]/g, '').length >= MEGABYTE.length);
    expect(origin.heard).toMatch(framing);
    origin.send(OK);
    expect((await peer.ended(1)).end).toBe('end');
  });

  it('P35, P36: an empty body, declared or not, is an empty body', async () => {
    const declared = world.peer().headers(1, request({ ':path': '/p35', ':method': 'POST' }, ['content-length', '0']));
    const origin = await asked('/p35');
    expect(origin.heard).toMatch(/content-length: 0\r\n/i);
    origin.send(OK);
    expect((await declared.ended(1)).end).toBe('end');
    const bare = await open({ ':method': 'POST' });
    expect(bare.origin.heard).not.toMatch(/transfer-encoding/i);
    bare.origin.send(OK);
    expect((await bare.peer.ended(1)).end).toBe('end');
  });

  it('P40: a visitor may send no more than the window while the origin does not read, and other streams go on', async () => {
    const { peer, origin } = await open({ ':method': 'POST' }, false);
    origin.read(false);
    peer.data(1, MEGABYTE.slice(0, 10_000));
    await servesAnother(peer);
    peer.reset(1);
  });

  it('trailers reach the origin, but none that must not come late (P11)', async () => {
    const { peer, origin } = await open({ ':method': 'POST' }, false);
    peer.data(1, 'body').headers(
      1,
      [
        ['x-sum', '1'],
        ['range', 'a'],
        ['authorization', 'a'],
      ],
      true,
    );
    await heard(origin, '0\r\nx-sum: 1\r\n\r\n');
    origin.send(OK);
    expect((await peer.ended(1)).end).toBe('end');
  });

  it('P41, P96: a visitor that cancels is an abort at the origin, with or without a body', async () => {
    for (const end of [true, false]) {
      const { peer, at, origin } = await open({ ':method': 'POST' }, end);
      if (!end) peer.data(1, 'some');
      peer.reset(1);
      await ended(origin);
      expect(since(origin, at)).not.toContain('\r\n0\r\n');
      await servesAnother(peer);
    }
  });

  it('a reset without a fault is no end: the origin sees an abort', async () => {
    const { peer, at, origin } = await open({ ':method': 'POST' }, false);
    peer.data(1, 'some').reset(1, CODE.none);
    await ended(origin);
    expect(since(origin, at)).not.toContain('\r\n0\r\n');
  });

  it.each([
    ['3 bytes and the end', (peer: FramePeer) => peer.data(1, 'abc', true)],
    ['3 bytes and trailers', (peer: FramePeer) => peer.data(1, 'abc').headers(1, [['x', 'y']], true)],
    ['an empty frame that ends', (peer: FramePeer) => peer.data(1, '', true)],
  ])(
    'P44: of 10 bytes declared come %s: the stream is reset, the origin sees an abort, the next request is clean',
    async (_what, send) => {
      const at = fresh();
      const peer = world
        .peer()
        .headers(1, request({ ':path': at, ':method': 'POST' }, ['content-length', '10']), false);
      const origin = await asked(at);
      send(peer);
      expect(await peer.ended(1)).toMatchObject({ end: 'reset', code: CODE.protocol });
      await ended(origin);
      expect(origin.heard).toMatch(/\r\n\r\n[a-k]{0,10}$/);
      await servesAnother(peer);
    },
  );

  it('P44: more bytes than declared end the connection, and the origin sees an abort', async () => {
    const at = fresh();
    const peer = world.peer().headers(1, request({ ':path': at, ':method': 'POST' }, ['content-length', '10']), false);
    const origin = await asked(at);
    peer.data(1, 'abcdefghijk', true);
    await peer.until(() => peer.over);
    await ended(origin);
    expect(origin.heard).toMatch(/\r\n\r\n$/);
  });

  it('P45: 100-continue is the origin’s to say', async () => {
    const at = fresh();
    const peer = world
      .peer()
      .headers(1, request({ ':path': at, ':method': 'POST' }, ['expect', '100-continue']), false);
    const origin = await asked(at);
    expect(origin.heard).toMatch(/expect: 100-continue\r\n/i);
    origin.send('HTTP/1.1 100 Continue\r\n\r\n');
    await peer.until(() => peer.status(1) === 100);
    peer.data(1, 'body', true);
    await heard(origin, 'body');
    origin.send(OK);
    await peer.ended(1);
    expect(peer.stream(1).sections.map((section) => section[0]?.[1])).toEqual(['100', '200']);
  });
});

/** Bytes that the visitor may send on a stream in all, by what it was granted. */
function granted(peer: FramePeer, stream: number): number {
  const sum = (id: number, first: number) =>
    peer.frames
      .filter(({ type, stream: on }) => type === TYPE.windowUpdate && on === id)
      .reduce((all, { payload }) => all + payload.readUInt32BE(0), first);
  return Math.min(sum(0, 65_535), sum(stream, world.way.limits.h2WindowBytes));
}

describe('answers', () => {
  it('P62: 103 twice, then 200, in order', async () => {
    const { peer, origin } = await open();
    origin.send(`${'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(2)}${OK}`);
    await peer.ended(1);
    expect(peer.stream(1).sections.map((section) => section[0]?.[1])).toEqual(['103', '103', '200']);
  });

  it('P66, P67: repeated fields keep their number and order', async () => {
    const { peer, origin } = await open();
    origin.send('HTTP/1.1 200 OK\r\nSet-Cookie: a\r\nX: 1\r\nSet-Cookie: b\r\nX: 2\r\nContent-Length: 0\r\n\r\n');
    await peer.ended(1);
    expect(fieldOf(peer, 1, 'set-cookie')).toEqual(['a', 'b']);
    expect(fieldOf(peer, 1, 'x')).toEqual(['1', '2']);
  });

  it('P69: what is of one hop only stays on its hop', async () => {
    const { peer, origin } = await open();
    origin.send(
      'HTTP/1.1 200 OK\r\nConnection: close, X-A\r\nX-A: 1\r\nKeep-Alive: timeout=5\r\nContent-Length: 0\r\n\r\n',
    );
    await peer.ended(1);
    for (const name of ['connection', 'x-a', 'keep-alive', 'transfer-encoding'])
      expect(fieldOf(peer, 1, name)).toEqual([]);
  });

  it.each([
    ['P50: HEAD', 'HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n', ['10']],
    ['P52: 204', 'GET', 'HTTP/1.1 204 No Content\r\n\r\n', []],
    ['P52: 304', 'GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n', ['10']],
    ['an empty body', 'GET', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', ['0']],
  ])('%s has no body, and keeps the length it told', async (_what, method, answer, length) => {
    const { peer, origin } = await open({ ':method': method });
    origin.send(answer);
    expect(await peer.ended(1)).toMatchObject({ end: 'end', body: Buffer.alloc(0) });
    expect(fieldOf(peer, 1, 'content-length')).toEqual(length);
    await servesAnother(peer);
  });

  it('P68: trailers of the origin reach the visitor', async () => {
    const { peer, origin } = await open();
    origin.send(`${CHUNKED}2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n`);
    expect(await peer.ended(1)).toMatchObject({ end: 'end' });
    expect(peer.stream(1).sections.at(-1)).toEqual([['x-sum', '1']]);
    expect(peer.stream(1).body.toString()).toBe('ok');
  });

  it.each([
    ['P55: fewer bytes than declared', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'],
    ['P56: no last chunk', `${CHUNKED}3\r\nabc\r\n`],
    ['a chunk that is none', `${CHUNKED}3\r\nabc\r\nzz\r\n`],
  ])('%s: the visitor sees a reset and no end', async (_what, answer) => {
    const { peer, origin } = await open();
    origin.send(answer).fin();
    expect(await peer.ended(1)).toMatchObject({ end: 'reset', code: CODE.internal });
    expect(peer.frames.some(({ type, flags }) => type === TYPE.data && flags === FLAG.endStream)).toBe(false);
    await servesAnother(peer);
  });

  it('a reset of the origin’s connection is a reset of the stream', async () => {
    const { peer, origin } = await open();
    origin.send(`${CHUNKED}3\r\nabc\r\n`);
    await peer.until(() => peer.stream(1).body.length === 3);
    origin.pipe.reset();
    expect(await peer.ended(1)).toMatchObject({ end: 'reset', code: CODE.internal });
  });

  it('P58: a body that ends with the connection is whole', async () => {
    const { peer, origin } = await open();
    origin.send('HTTP/1.1 200 OK\r\n\r\nabc').fin();
    expect(await peer.ended(1)).toMatchObject({ end: 'end', body: Buffer.from('abc') });
  });

  it.each([
    ['P59: garbage', 'garbage\r\n\r\n'],
    ['P53: two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na'],
    ['P65: a 101 that nobody asked for', 'HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
  ])('%s: 502', async (_what, answer) => {
    const { peer, origin } = await open();
    origin.send(answer);
    await peer.ended(1);
    expect(peer.status(1)).toBe(502);
  });

  it('P42: an answer before the request’s end is whole, and nobody minds the rest of the request', async () => {
    const { peer, origin } = await open({ ':method': 'POST' }, false);
    peer.data(1, 'some');
    await heard(origin, 'some');
    origin.send('HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 4\r\n\r\nlong').fin();
    expect(await peer.ended(1)).toMatchObject({ end: 'end', body: Buffer.from('long') });
    expect(peer.status(1)).toBe(413);
    peer.data(1, 'the rest', true);
    await servesAnother(peer);
  });

  it('a page for a request whose body never ends frees the stream', async () => {
    const peer = world.peer().headers(1, request({ ':authority': 'nobody.gw', ':method': 'POST' }), false);
    peer.data(1, 'some');
    await peer.until(() => peer.frames.some(({ type, stream }) => type === TYPE.reset && stream === 1));
    expect(peer.status(1)).toBe(404);
    await servesAnother(peer);
  });

  it('P75: a visitor that does not read holds its own stream up, and no other', async () => {
    const at = fresh();
    const peer = world.peer([[SETTING.window, 10]]);
    peer.generous = false;
    peer.headers(1, request({ ':path': at }));
    const origin = (await asked(at)).send(`${CHUNKED}f4240\r\n${MEGABYTE}`);
    await peer.until(() => peer.stream(1).body.length === 10);
    const other = fresh();
    peer.headers(3, request({ ':path': other }));
    (await asked(other)).send(OK);
    expect(await peer.ended(3)).toMatchObject({ end: 'end' });
    peer.send(frame(TYPE.windowUpdate, 0, 0, number32(2_000_000)), frame(TYPE.windowUpdate, 0, 1, number32(2_000_000)));
    origin.send('\r\n0\r\n\r\n');
    expect(await peer.ended(1)).toMatchObject({ end: 'end' });
    expect(peer.stream(1).body.length).toBe(MEGABYTE.length);
  });
});

describe('WebSocket over HTTP/2 (P90, RFC 8441)', () => {
  const CONNECT = { ':method': 'CONNECT', ':protocol': 'websocket' };
  const keyOf = (origin: Script) => /sec-websocket-key: (\S+)/i.exec(origin.heard)?.[1] ?? '';
  const accepted = (key: string) =>
    `HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${webSocketAccept(key)}\r\n\r\n`;

  it('is announced, becomes an Upgrade at the origin, and carries bytes both ways until both have ended', async () => {
    const { peer, at, origin } = await open(CONNECT, false);
    const announced = peer.frames.find(({ type, flags }) => type === TYPE.settings && flags === 0)?.payload;
    expect(announced?.includes(Buffer.concat([Buffer.from([0, SETTING.connect]), number32(1)]))).toBe(true);
    expect(origin.heard).toContain(`GET ${at} HTTP/1.1\r\n`);
    expect(origin.heard).toMatch(/upgrade: websocket\r\n/i);
    origin.send(`${accepted(keyOf(origin))}glued`);
    await peer.until(() => peer.stream(1).body.toString() === 'glued');
    expect(peer.status(1)).toBe(200);
    peer.data(1, 'from the visitor', true);
    await heard(origin, 'from the visitor');
    await ended(origin);
    origin.send('after the end').fin();
    expect(await peer.ended(1)).toMatchObject({ end: 'end', body: Buffer.from('gluedafter the end') });
  });

  it('a loss on either side is a loss on the other', async () => {
    const first = await open(CONNECT, false);
    first.origin.send(accepted(keyOf(first.origin)));
    await first.peer.until(() => first.peer.status(1) === 200);
    first.peer.reset(1);
    await ended(first.origin);
    const second = await open(CONNECT, false);
    second.origin.send(accepted(keyOf(second.origin)));
    await second.peer.until(() => second.peer.status(1) === 200);
    second.origin.pipe.reset();
    expect(await second.peer.ended(1)).toMatchObject({ end: 'reset' });
  });

  it.each([
    ['a refusal is passed on', 'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno', 403],
    ['a 200 without agreement is none', OK, 502],
    ['an Accept for another key is none', accepted('another'), 502],
  ])('%s', async (_what, answer, status) => {
    const { peer, origin } = await open(CONNECT, false);
    origin.send(answer);
    await peer.until(() => peer.status(1) !== undefined);
    expect(peer.status(1)).toBe(status);
  });
});
