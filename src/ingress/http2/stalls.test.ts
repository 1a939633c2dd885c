// Visitors that open no window (P97): what their answers hold, and what becomes of the other streams of the connection.
import { afterEach, describe, expect, it } from 'vitest';
import { frame, number32, SETTING, TYPE } from '../../conformance/raw/frame-peer.ts';
import type { Limits } from '../../contract/limits.ts';
import type { RequestHead } from '../../contract/message.ts';
import { Http2World, request } from './http2-world.testkit.ts';

const LARGE = `HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n${'m'.repeat(100_000)}`;
const STREAMS = Array.from({ length: 100 }, (_, at) => 2 * at + 1);

let world: Http2World;
const start = async (limits: Partial<Limits> = {}) => {
  world = await Http2World.start(limits);
};
afterEach(() => world.close());
const bounds = () => world.way.test.bounds;
const path = (id: number) => request({ ':path': `/s${id}` });
const grant = (id: number, bytes: number) => frame(TYPE.windowUpdate, 0, id, number32(bytes));

describe('an answer that may not leave', () => {
  it('P97, h2StalledMs: an answer of which no byte may leave is reset, one that has begun may rest, and others pass', async () => {
    await start({ h2StalledMs: 300 });
    const peer = world.peer([[SETTING.window, 0]]);
    peer.generous = false;
    peer.headers(1, request({ ':path': '/stalled' })).headers(3, request({ ':path': '/begun' }));
    (await world.way.asked('/stalled ')).send(LARGE);
    (await world.way.asked('/begun ')).send(LARGE);
    peer.send(frame(TYPE.windowUpdate, 0, 3, number32(1_000)));
    expect(await peer.ended(1)).toMatchObject({ end: 'reset' });
    expect(bounds()).toEqual(['h2StalledMs']);
    expect(peer.stream(3)).toMatchObject({ end: 'open' });
    expect(peer.stream(3).body.length).toBe(1_000);
    peer.headers(5, request({ ':path': '/other', ':method': 'HEAD' }));
    (await world.way.asked('/other ')).send('HTTP/1.1 200 OK\r\n\r\n');
    expect((await peer.ended(5)).end).toBe('end');
    peer.send(frame(TYPE.windowUpdate, 0, 3, number32(200_000)), frame(TYPE.windowUpdate, 0, 0, number32(200_000)));
    expect((await peer.ended(3)).end).toBe('end');
  });

  it('P97: one of 100 costs the others nothing', async () => {
    await start();
    const peer = world.peer();
    peer.generous = false;
    peer.send(grant(0, 20_000_000));
    for (const id of STREAMS) peer.headers(id, path(id));
    for (const id of STREAMS.slice(1)) peer.send(grant(id, 100_000));
    for (const id of STREAMS) (await world.way.asked(`/s${id} `)).send(LARGE);
    for (const id of STREAMS.slice(1)) expect(await peer.ended(id)).toMatchObject({ end: 'end', code: undefined });
    expect(peer.stream(1)).toMatchObject({ end: 'open' });
    expect(peer.stream(1).body.length).toBe(65_535);
    peer.send(grant(1, 100_000));
    expect((await peer.ended(1)).body.length).toBe(100_000);
  });

  it('h2ShareBytes: many of them hold what the connection has for all, and the least of each', async () => {
    const limits = { h2ShareBytes: 50_000, streamWindowBytesLeast: 1_000 };
    await start(limits);
    const peer = world.peer([[SETTING.window, 0]]);
    const ids = STREAMS.slice(0, 20);
    for (const id of ids) peer.headers(id, path(id));
    for (const id of ids) (await world.way.asked(`/s${id} `)).send(LARGE);
    const held = () => world.way.relay.status().sessions[0]?.stats.overflowBytes ?? 0;
    await world.way.until(() => held() > limits.h2ShareBytes);
    await peer.settled();
    // Chunks double, so that the memory is at most twice what is held.
    expect(held()).toBeLessThanOrEqual(2 * (limits.h2ShareBytes + ids.length * limits.streamWindowBytesLeast));
    peer.send(grant(0, 2_000_000), ...ids.map((id) => grant(id, 100_000)));
    for (const id of ids) expect((await peer.ended(id)).body.length).toBe(100_000);
  });

  it('holds nothing of its request once it has begun', async () => {
    await start();
    const heads: WeakRef<RequestHead>[] = [];
    const { relay } = world.way;
    const destination = relay.destination.bind(relay);
    const watch = {
      name: 'watch',
      decide: ({ head }: { head: RequestHead }) => {
        heads.push(new WeakRef(head));
        return { kind: 'pass' as const };
      },
    };
    relay.destination = (host) => {
      const found = destination(host);
      return found.kind === 'live' ? { ...found, policies: [watch] } : found;
    };
    const peer = world.peer();
    peer.generous = false;
    peer.headers(1, request({ ':path': '/s1' }, ['x-large', 'x'.repeat(10_000)]));
    const origin = await world.way.asked('/s1 ');
    origin.send(LARGE);
    await peer.until(() => peer.stream(1).body.length === 65_535);
    globalThis.gc?.();
    await new Promise(setImmediate);
    globalThis.gc?.();
    expect(heads.map((head) => head.deref())).toEqual([undefined]);
  });
});
