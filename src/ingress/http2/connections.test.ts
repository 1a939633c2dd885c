// What one connection of HTTP/2 may do, and how it ends: the bounds, shrunken; the drain.
import { afterEach, describe, expect, it } from 'vitest';
import { CODE, FLAG, type FramePeer, frame, number32, SETTING, TYPE } from '../../conformance/raw/frame-peer.ts';
import { encode, encodeIndexed, NEWEST } from '../../conformance/raw/hpack.ts';
import type { Limits } from '../../contract/limits.ts';
import { echo, Http2World, request } from './http2-world.testkit.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

let world: Http2World;
const start = async (limits: Partial<Limits> = {}) => {
  world = await Http2World.start(limits);
  return world;
};
afterEach(() => world.close());
const bounds = () => world.way.test.bounds;
const goaways = (peer: { frames: readonly { type: number; payload: Buffer }[] }) =>
  peer.frames.filter(({ type }) => type === TYPE.goaway).map(({ payload }) => payload.readUInt32BE(0));

describe('the bound', () => {
  it('h2Streams: one more is refused, and the others go on; who was told of the bound is let go', async () => {
    await start({ h2Streams: 3 });
    const peer = world.peer();
    peer.polite = false;
    for (const id of [1, 3, 5, 7]) peer.headers(id, request({ ':path': `/s${id}` }));
    expect(await peer.ended(7)).toMatchObject({ end: 'reset', code: CODE.refused });
    for (const id of [1, 3, 5]) {
      (await world.way.asked(`/s${id} `)).send(OK);
      expect((await peer.ended(id)).end).toBe('end');
    }
    const told = world.peer();
    await told.settled();
    for (const id of [1, 3, 5, 7]) told.headers(id, request());
    await told.until(() => told.over);
  });

  it('h2StreamsPerConnection: after so many the connection ends when they are answered', async () => {
    await start({ h2StreamsPerConnection: 3 });
    const peer = world.peer();
    for (const id of [1, 3]) expect((await peer.headers(id, echo()).ended(id)).end).toBe('end');
    peer.headers(5, request({ ':path': '/last' }));
    const origin = await world.way.asked('/last ');
    await peer.until(() => peer.goaway !== undefined);
    expect([peer.goaway, bounds()]).toEqual([CODE.none, ['h2StreamsPerConnection']]);
    origin.send(OK);
    expect((await peer.ended(5)).end).toBe('end');
    await peer.until(() => peer.over);
  });

  it.each([
    ['by the visitor', (peer: FramePeer, id: number) => peer.headers(id, request(), false).reset(id)],
    ['by what it makes us do', (peer: FramePeer, id: number) => peer.headers(id, request({}, ['X', 'y']))],
  ])('h2ResetStreams: half of so many reset %s', async (_who, spoil) => {
    await start({ h2ResetStreams: 10 });
    const good = world.peer();
    for (let id = 1; id < 19; id += 2) expect((await good.headers(id, echo()).ended(id)).end).toBe('end');
    const peer = world.peer();
    for (let id = 1; id <= 19; id += 2) {
      if (id % 4 === 1) spoil(peer, id);
      else peer.headers(id, request(), false);
      await peer.settled();
    }
    await peer.until(() => peer.over);
    expect([peer.goaway, bounds()]).toEqual([CODE.enhanceYourCalm, ['h2ResetStreams']]);
    expect(good.over).toBe(false);
  });

  it('h2IdleFramesPerSecond', async () => {
    await start({ h2IdleFramesPerSecond: 50 });
    const ping = frame(TYPE.ping, 0, 0, Buffer.alloc(8));
    const peer = world.peer().send(...Array<Buffer>(30).fill(ping));
    expect((await peer.headers(1, echo()).ended(1)).end).toBe('end');
    peer.send(...Array<Buffer>(50).fill(ping));
    await peer.until(() => peer.over);
    expect(bounds()).toEqual(['h2IdleFramesPerSecond']);
  });

  it('h2FieldBlockBytes: a block that does not end', async () => {
    await start({ h2FieldBlockBytes: 3_000 });
    const part = frame(TYPE.continuation, 0, 1, encode([['x', 'a'.repeat(900)]]));
    const peer = world.peer().send(frame(TYPE.headers, FLAG.endStream, 1, encode(echo())), part, part, part, part);
    await peer.until(() => peer.over);
    expect(bounds()).toEqual(['h2FieldBlockBytes']);
  });

  it('h2FieldBlockBytes: a small block that becomes large is reset, and costs the others nothing', async () => {
    await start();
    const bomb = Buffer.concat([encode(echo()), encodeIndexed('x', 'a'.repeat(3_000)), Buffer.alloc(20, NEWEST)]);
    const peer = world.peer();
    await peer.settled();
    peer.send(frame(TYPE.headers, FLAG.endHeaders | FLAG.endStream, 1, bomb));
    expect((await peer.ended(1)).end).toBe('reset');
    expect((await peer.headers(3, echo()).ended(3)).end).toBe('end');
    expect(world.asked).toHaveLength(1);
  });

  it('h2FieldBlockPairs: thousands of fields of one byte', async () => {
    await start();
    const bomb = Buffer.concat([encode(echo()), encodeIndexed('x', 'y'), Buffer.alloc(4_000, NEWEST)]);
    const peer = world.peer().send(frame(TYPE.headers, FLAG.endHeaders | FLAG.endStream, 1, bomb));
    expect((await peer.ended(1)).end).toBe('reset');
    expect((await peer.headers(3, echo()).ended(3)).end).toBe('end');
    expect(world.asked).toHaveLength(1);
  });

  it('h2WindowBytes: so much is granted for what nobody reads', async () => {
    await start({ h2WindowBytes: 70_000 });
    const peer = world.peer();
    await peer.settled();
    const told = peer.frames.find(({ type }) => type === TYPE.settings)?.payload;
    expect(told?.includes(Buffer.concat([Buffer.from([0, SETTING.window]), number32(70_000)]))).toBe(true);
  });

  it('bodyIdleMs: a body that does not come is answered with 408', async () => {
    await start({ bodyIdleMs: 300 });
    const peer = world
      .peer()
      .headers(1, request({ ':method': 'POST' }), false)
      .data(1, 'some');
    await peer.until(() => peer.status(1) !== undefined);
    expect([peer.status(1), bounds()]).toEqual([408, ['bodyIdleMs']]);
    expect((await peer.headers(3, echo()).ended(3)).end).toBe('end');
  });

  it('headTimeoutMs: who says nothing after the preface is let go', async () => {
    await start({ headTimeoutMs: 300 });
    const silent = world.way.visit('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    await world.way.until(() => silent.end !== 'open');
  });

  it('visitorKeepAliveMs: a connection at rest ends with GOAWAY, one under way does not', async () => {
    await start({ visitorKeepAliveMs: 300 });
    const busy = world.peer().headers(1, request({ ':path': '/slow' }));
    const origin = await world.way.asked('/slow ');
    const idle = world.peer();
    expect((await idle.headers(1, echo()).ended(1)).end).toBe('end');
    await idle.until(() => idle.over);
    expect([idle.goaway, busy.over]).toEqual([CODE.none, false]);
    origin.send(OK);
    expect((await busy.ended(1)).end).toBe('end');
  });
});

describe('a drain (P94)', () => {
  it('warns first, serves what was on its way, finishes what is under way, and ends', async () => {
    await start();
    const [busy, idle] = [world.peer().headers(1, request({ ':path': '/slow' })), world.peer()];
    busy.polite = false;
    const origin = await world.way.asked('/slow ');
    await idle.settled();
    const drained = world.way.test.gate.drain(5_000);
    await busy.until(() => goaways(busy).length === 1);
    expect(goaways(busy)).toEqual([2 ** 31 - 1]);
    busy.headers(3, request({ ':path': '/late' }));
    const late = await world.way.asked('/late ');
    const ping = busy.frames.findLast(({ type, flags }) => type === TYPE.ping && flags === 0);
    busy.send(frame(TYPE.ping, FLAG.ack, 0, ping?.payload));
    await busy.until(() => goaways(busy).length === 2);
    expect(goaways(busy)).toEqual([2 ** 31 - 1, 3]);
    await idle.until(() => idle.over);
    origin.send(OK);
    late.send(OK);
    for (const id of [1, 3]) expect((await busy.ended(id)).end).toBe('end');
    await busy.until(() => busy.over);
    await drained;
  });

  it('cuts visibly what is not finished within the grace', async () => {
    await start();
    const peer = world.peer().headers(1, request({ ':path': '/never' }));
    const origin = await world.way.asked('/never ');
    await world.way.test.gate.drain(200);
    await peer.until(() => peer.over);
    expect(peer.stream(1).end).not.toBe('end');
    await world.way.until(() => origin.end !== 'open');
    expect(world.way.test.gate.visitors).toBe(0);
  });
});
