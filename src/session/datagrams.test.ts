import { describe, expect, it } from 'vitest';
import { zlibCrc32 } from '../cli/crc.ts';
import { STREAM_CODE, type StreamHead } from '../contract/stream.ts';
import { Flow } from '../pipe/flow.ts';
import { FRAME } from '../protocol/frame.ts';
import { FEATURE } from '../protocol/hello.ts';
import { OPENER, streamId } from '../protocol/stream-id.ts';
import { RawWorld } from './raw-peer.testkit.ts';
import { World, type WorldOptions } from './world.testkit.ts';

const UDP_HEAD: StreamHead = { kind: 'udp', exposure: 1, visitor: '192.0.2.1:1' };
const STREAM = streamId(1, 0, OPENER.gateway);
const OTHER = streamId(1, 1, OPENER.gateway);
const MEGABYTES = 8 << 20;

/** A flow, and what the stream has sent through it. */
class End {
  readonly sent: Buffer[] = [];
  dropped = 0;
  readonly flow: Flow;

  constructor(world: World) {
    this.flow = new Flow({
      clock: world.reactor.clock,
      idleMs: 60_000,
      datagramsMax: 64,
      budget: { bytes: 0, bytesMax: MEGABYTES },
      send: (bytes) => this.sent.push(Buffer.from(bytes)),
      dropped: () => this.dropped++,
      over: () => {},
    });
  }

  get lengths(): number[] {
    return this.sent.map(({ length }) => length);
  }
}

/** A session with one flow through it. */
async function flowing(options: WorldOptions = {}) {
  const ends: End[] = [];
  const opened = (head: StreamHead) => {
    if (head.kind !== 'udp') return world.dialOrigin();
    const end = new End(world);
    ends.push(end);
    return end.flow;
  };
  const world: World = new World({ ...options, events: { agent: { opened } } });
  await world.established();
  const near = new End(world);
  near.flow.arrived(Buffer.from('first'));
  const stream = world.gateway.open(UDP_HEAD, near.flow)!;
  world.reactor.run();
  return { world, near, far: ends[0]!, stream };
}

describe('datagrams of a stream', () => {
  it.each([
    ['', {}],
    [' in CRC mode', { crc32: { gateway: zlibCrc32, agent: zlibCrc32 } }],
    [' over a link in small pieces', { memory: { splitBytesMax: 700, bufferBytes: 1_000 } }],
    [' through the smallest arenas', { arenaBytes: 65_600 }],
  ])('cross whole and in order, both ways, from none to 65,507 bytes%s', async (_how, options) => {
    const { world, near, far } = await flowing(options);
    const sizes = [0, 1, 1_200, 65_507, 0, 1_472, 65_507];
    for (const size of sizes) {
      near.flow.arrived(Buffer.alloc(size, 7));
      far.flow.arrived(Buffer.alloc(size, 9));
    }
    world.reactor.run();
    expect([far.lengths, near.lengths]).toEqual([[5, ...sizes], sizes]);
    expect(`${far.sent[0]}`).toBe('first');
    expect([near.dropped, far.dropped]).toEqual([0, 0]);
    expect(near.sent[3]!.equals(Buffer.alloc(65_507, 9))).toBe(true);
  });

  it('wait for a link that takes nothing, the newest 64, and the others are counted', async () => {
    const { world, near, far } = await flowing({ memory: { bufferBytes: 2_000 } });
    world.reactor.stall(world.gatewayLink, 5_000);
    // As much as link and outbox hold, and then a hundred small ones.
    for (let nth = 0; nth < 40; nth++) {
      near.flow.arrived(Buffer.alloc(60_000));
      world.reactor.advance(1);
    }
    near.dropped = 0;
    for (let nth = 0; nth < 100; nth++) near.flow.arrived(Buffer.from([nth]));
    world.reactor.advance(10);
    expect(near.dropped).toBeGreaterThanOrEqual(36);
    world.reactor.advance(6_000);
    world.reactor.run();
    const small = far.sent.filter(({ length }) => length === 1).map((bytes) => bytes[0]);
    expect(small).toEqual(Array.from({ length: 64 }, (_, nth) => nth + 36));
  });

  it('do not hold up streams, and streams do not hold up them', async () => {
    const { world, near, far } = await flowing();
    const { visitor } = world.visit();
    const bytes = Buffer.alloc(60_000);
    visitor.say(bytes);
    for (let nth = 0; nth < 50; nth++) near.flow.arrived(bytes);
    world.reactor.run();
    expect([far.sent.length, world.origins[0]?.received.length]).toEqual([51, 60_000]);
  });

  it('end with a reset on both sides when the flow is idle', async () => {
    const { world, near, far } = await flowing();
    world.reactor.advance(60_000);
    expect([near.flow.cause, far.flow.cause]).not.toContain(undefined);
    expect([world.gateway.stats.streams, world.agent.stats.streams]).toEqual([0, 0]);
  });

  it.each(['gateway', 'agent'] as const)(
    'do not keep a session that drains: the %s says so, and it is over',
    async (who) => {
      const { world, near, far } = await flowing();
      world[who].goaway({ code: 'draining', permanent: false, comeBackInMs: 0, seen: '' });
      world.reactor.advance(100);
      expect([near.flow.cause, far.flow.cause]).toEqual(['local', 'local']);
      expect([world.told.gateway.ends, world.told.agent.ends]).toEqual([1, 1]);
    },
  );

  it('are for peers that know them: no flow is opened towards others', async () => {
    const world = await new RawWorld('gateway').handshake();
    expect(world.session.open(UDP_HEAD, new End(world).flow)).toBeUndefined();
  });
});

describe('a hostile peer', () => {
  const met = async (features: number = FEATURE.datagram) => {
    const ends: End[] = [];
    const world: RawWorld = new RawWorld('agent', {
      events: {
        agent: {
          opened: (head) => {
            if (head.kind !== 'udp') return world.dialOrigin();
            ends.push(new End(world));
            return ends.at(-1)!.flow;
          },
        },
      },
    });
    await world.handshake({ features });
    return { world, ends };
  };

  it.each<[string, number, number]>([
    ['DATA on a flow', FRAME.DATA, STREAM],
    ['TRAILERS on a flow', FRAME.TRAILERS, STREAM],
    ['a datagram on a TCP stream', FRAME.DATAGRAM, OTHER],
  ])('that sends %s loses that stream, and no other', async (_what, type, id) => {
    const { world, ends } = await met();
    world.raw
      .open(STREAM, UDP_HEAD)
      .open(OTHER)
      .frame(type, id, Buffer.from([0, 0]));
    await world.rest();
    expect(world.raw.all('RST').map(({ stream, payload }) => [stream, payload[1]])).toEqual([
      [id, STREAM_CODE.protocol],
    ]);
    expect(world.tells.end).toBeUndefined();
    if (id === STREAM) return;
    world.raw.frame(FRAME.DATAGRAM, STREAM, Buffer.from('on'));
    await world.rest();
    expect(`${ends[0]!.sent}`).toBe('on');
  });

  it.each<[string, number, (world: RawWorld) => void]>([
    [
      'a datagram of 65,508 bytes',
      FEATURE.datagram,
      ({ raw }) => raw.frame(FRAME.DATAGRAM, STREAM, Buffer.alloc(1), 65_508),
    ],
    [
      'a datagram behind FIN',
      FEATURE.datagram,
      ({ raw }) => raw.frame(FRAME.FIN, STREAM).frame(FRAME.DATAGRAM, STREAM),
    ],
    ['a datagram of a stream that never was', FEATURE.datagram, ({ raw }) => raw.frame(FRAME.DATAGRAM, OTHER)],
    ['a flow that was not agreed on', 0, () => {}],
  ])('that sends %s ends the session', async (_what, features, act) => {
    const { world } = await met(features);
    world.raw.open(STREAM, UDP_HEAD);
    act(world);
    await world.rest();
    expect(world.tells.end).toMatchObject({ cause: 'protocol' });
    expect(world.raw.goaway).toMatchObject({ code: 'TK-4009' });
  });

  it('that floods a flow costs no memory: each datagram is passed on at once', async () => {
    const { world, ends } = await met();
    world.raw.open(STREAM, UDP_HEAD);
    for (let nth = 0; nth < 2_000; nth++) world.raw.frame(FRAME.DATAGRAM, STREAM, Buffer.alloc(1_000));
    await world.rest();
    expect([ends[0]!.sent.length, world.session.stats.overflowBytes]).toEqual([2_000, 0]);
  });
});
