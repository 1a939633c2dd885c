// Drivers of the bounds on connections of HTTP/2: a peer of raw frames goes to each, and one past it.
import { CODE, FLAG, FramePeer, frame, SETTING, TYPE } from '../../conformance/raw/frame-peer.ts';
import { encode, type Pairs } from '../../conformance/raw/hpack.ts';
import { assertWorks, type Drivers, notBefore } from './driver.testkit.ts';
import type { LimitWorld } from './world.testkit.ts';

const TIME = 700;
const PING = frame(TYPE.ping, 0, 0, Buffer.alloc(8));

const get = (...fields: Pairs): Pairs => [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':authority', 'web.localhost'],
  [':path', '/'],
  ...fields,
];

/** Closed with the world. */
function visitor(world: LimitWorld, values: readonly (readonly [number, number])[] = []): FramePeer {
  const peer = FramePeer.open(world.port('http'), values);
  world.also(() => peer.close());
  return peer;
}

async function answered(peer: FramePeer, id: number): Promise<boolean> {
  const { end } = await peer.headers(id, get()).ended(id);
  return end === 'end' && peer.status(id) === 200;
}

/** The same one again and again: who reads it must count all of them. */
const settings = (count: number) => Array.from({ length: count }, () => [SETTING.tableSize, 4_096] as const);

/** `count` requests, the first `cut` of which are cancelled at once. */
function requests(peer: FramePeer, count: number, cut: number): FramePeer {
  for (let i = 0; i < count; i += 1) {
    peer.headers(1 + 2 * i, get(), false);
    if (i < cut) peer.reset(1 + 2 * i);
  }
  return peer;
}

async function isLetGo(peer: FramePeer): Promise<undefined> {
  await peer.until(() => peer.over);
  return undefined;
}

/** A field block of `bytes` in two frames. */
function block(bytes: number): readonly Buffer[] {
  const rest = bytes - encode(get(['x', ''])).length;
  const whole = encode(get(['x', 'a'.repeat(rest)]));
  const shorter = whole.length > bytes ? encode(get(['x', 'a'.repeat(rest - (whole.length - bytes))])) : whole;
  return [
    frame(TYPE.headers, FLAG.endStream, 1, shorter.subarray(0, 10)),
    frame(TYPE.continuation, FLAG.endHeaders, 1, shorter.subarray(10)),
  ];
}

export const HTTP2_DRIVERS = {
  h2Streams: {
    limits: { h2Streams: 3 },
    isCounted: false,
    async at(world) {
      await world.web();
      const peer = visitor(world);
      const all = [1, 3, 5].map((id) => peer.headers(id, get()).ended(id));
      assertWorks(
        'three at once',
        (await Promise.all(all)).every(({ end }) => end === 'end'),
      );
    },
    async past(world) {
      const peer = visitor(world);
      peer.polite = false;
      requests(peer, 4, 0);
      const { code } = await peer.ended(7);
      assertWorks('the fourth is refused', code === CODE.refused);
      return undefined;
    },
  },
  h2StreamsPerConnection: {
    limits: { h2StreamsPerConnection: 3 },
    async at(world) {
      await world.web();
      const peer = visitor(world);
      assertWorks('two', (await answered(peer, 1)) && (await answered(peer, 3)));
    },
    async past(world) {
      const peer = visitor(world);
      for (const id of [1, 3, 5]) await answered(peer, id);
      return isLetGo(peer);
    },
  },
  h2SettingsEntries: {
    limits: { h2SettingsEntries: 8 },
    isCounted: false,
    async at(world) {
      await world.web();
      assertWorks('eight', await answered(visitor(world, settings(8)), 1));
    },
    past: async (world) => isLetGo(visitor(world, settings(9))),
  },
  h2ResetStreams: {
    limits: { h2ResetStreams: 10 },
    async at(world) {
      await world.web();
      assertWorks('four of ten', await answered(requests(visitor(world), 9, 4), 19));
    },
    past: (world) => isLetGo(requests(visitor(world), 10, 5)),
  },
  h2IdleFramesPerSecond: {
    limits: { h2IdleFramesPerSecond: 20 },
    async at(world) {
      await world.web();
      // SETTINGS and their acknowledgement are two of them.
      assertWorks('18 pings', await answered(visitor(world).send(...Array<Buffer>(18).fill(PING)), 1));
    },
    past: (world) => isLetGo(visitor(world).send(...Array<Buffer>(30).fill(PING))),
  },
  h2FieldBlockBytes: {
    limits: { h2FieldBlockBytes: 600 },
    async at(world) {
      await world.web();
      const peer = visitor(world).send(...block(600));
      assertWorks('600 bytes', (await peer.ended(1)).end === 'end');
    },
    past: (world) => isLetGo(visitor(world).send(...block(601))),
  },
  h2FieldBlockPairs: {
    limits: { h2FieldBlockPairs: 12 },
    isCounted: false,
    async at(world) {
      await world.web();
      const fields = Array.from({ length: 8 }, (_, i) => [`x${i}`, 'y'] as const);
      assertWorks(
        '12',
        (
          await visitor(world)
            .headers(1, get(...fields))
            .ended(1)
        ).end === 'end',
      );
    },
    async past(world) {
      const fields = Array.from({ length: 9 }, (_, i) => [`x${i}`, 'y'] as const);
      assertWorks(
        '13 are reset',
        (
          await visitor(world)
            .headers(1, get(...fields))
            .ended(1)
        ).end === 'reset',
      );
      return undefined;
    },
  },
  h2StalledMs: {
    limits: { h2StalledMs: TIME },
    async at(world) {
      await world.web();
      assertWorks('an answer that is taken', await answered(visitor(world), 1));
    },
    async past(world) {
      const peer = visitor(world, [[SETTING.window, 0]]).headers(1, get());
      const { end } = await notBefore(TIME, () => peer.ended(1));
      assertWorks('a reset', end === 'reset');
      return undefined;
    },
  },
} as const satisfies Drivers;
