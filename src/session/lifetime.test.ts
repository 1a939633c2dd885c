import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { STREAM_CODE } from '../contract/stream.ts';
import { OPENER, streamId } from '../protocol/stream-id.ts';
import { RawWorld } from './raw-peer.testkit.ts';
import { TCP_HEAD, World } from './world.testkit.ts';

const DRAINING = { code: 'draining', permanent: false, comeBackInMs: 1_500, seen: 'restart' } as const;
const REPLACED = { code: 'TK-1008', permanent: true, comeBackInMs: 0, seen: '' } as const;

describe('draining', () => {
  it('lets open streams finish, takes no new ones, and closes with the last', async () => {
    const world = await new World().established();
    const { visitor } = world.visit();
    world.reactor.run();
    world.gateway.goaway(DRAINING);
    world.reactor.run();
    expect(world.told.agent.draining).toEqual(DRAINING);
    expect(world.visit().stream).toBeUndefined();
    visitor.say('late').finish();
    world.origins[0]!.say('answer').finish();
    world.reactor.run();
    expect([world.origins[0]!.received.toString(), visitor.received.toString(), visitor.ended]).toEqual([
      'late',
      'answer',
      'fin',
    ]);
    expect(world.told.gateway.end).toMatchObject({ cause: 'local', goaway: DRAINING });
    expect(world.told.agent.end).toMatchObject({ cause: 'goaway', goaway: DRAINING });
    expect(world.arenas.lent).toBe(0);
  });

  it('closes at once without streams', async () => {
    const world = await new World().established();
    world.agent.goaway(DRAINING);
    world.reactor.run();
    expect(world.told.agent.end).toMatchObject({ cause: 'local' });
    expect(world.told.gateway.end).toMatchObject({ cause: 'goaway', goaway: DRAINING });
  });

  it('refuses an OPEN that crossed the GOAWAY with `unavailable`', async () => {
    const world = await new RawWorld('agent').handshake();
    world.raw.open(streamId(1, 0, OPENER.gateway));
    await world.rest();
    world.session.goaway(DRAINING);
    world.raw.open(streamId(1, 1, OPENER.gateway));
    await world.rest();
    expect(world.raw.last('RST').payload.readUInt16BE(0)).toBe(STREAM_CODE.unavailable);
    expect(world.tells.end).toBeUndefined();
  });

  it('without streams answers what crosses it before the link ends, in whatever turn that was opened', async () => {
    for (let turns = 0; turns < 8; turns += 1) {
      const world = await new World().established();
      const [, visitor] = world.pair();
      const codes: unknown[] = [];
      const reset = visitor.reset.bind(visitor);
      visitor.reset = (code) => {
        codes.push(code);
        reset(code);
      };
      world.agent.goaway(DRAINING);
      for (let i = 0; i < turns; i += 1) world.reactor.advance(0);
      const stream = world.gateway.open(TCP_HEAD, visitor);
      world.reactor.run();
      expect([codes, world.told.agent.heads]).toEqual([stream === undefined ? [] : [STREAM_CODE.unavailable], []]);
      expect(world.told.agent.end).toMatchObject({ cause: 'local', detail: 'drained' });
    }
  });

  it('does not wait for ever for a peer that says nothing any more', async () => {
    const world = await new RawWorld('agent').handshake();
    world.session.goaway(DRAINING);
    await world.rest();
    expect([world.raw.last('PING').payload.length, world.tells.end]).toEqual([4, undefined]);
    world.reactor.advance(1_000);
    expect(world.tells.end).toMatchObject({ cause: 'local', detail: 'drained' });
  });

  it('waits for a slow visitor to get what has arrived', async () => {
    const world = await new World({ memory: { bufferBytes: 100 } }).established();
    const { visitor } = world.visit();
    visitor.finish().read(false);
    world.reactor.run();
    world.origins[0]!.say(Buffer.alloc(5_000)).finish();
    world.reactor.run();
    world.gateway.goaway(DRAINING);
    world.reactor.run();
    expect(world.told.gateway.end).toBeUndefined();
    visitor.read(true);
    world.reactor.run();
    expect([visitor.received.length, visitor.ended]).toEqual([5_000, 'fin']);
    expect(world.told.gateway.end).toMatchObject({ cause: 'local' });
  });
});

describe('closing', () => {
  it('tells the peer why, resets every stream with `sessionLost`, and is told once', async () => {
    const world = await new World().established();
    const visits = [world.visit(), world.visit()];
    world.reactor.run();
    world.gateway.close(REPLACED);
    world.gateway.close();
    world.gateway.goaway(DRAINING);
    world.reactor.run();
    world.reactor.advance(2_000);
    expect(world.told.agent.end).toMatchObject({ cause: 'goaway', goaway: REPLACED });
    expect(world.told.gateway.end).toMatchObject({ cause: 'local', goaway: REPLACED });
    expect(visits.map(({ visitor }) => visitor.ended)).toEqual(['reset', 'reset']);
    expect(world.origins.map(({ ended }) => ended)).toEqual(['reset', 'reset']);
    expect([world.told.gateway.ends, world.told.agent.ends, world.arenas.lent]).toEqual([1, 1, 0]);
    expect(world.gateway.open(TCP_HEAD, world.pair()[1])).toBeUndefined();
  });

  it('reaches a peer that is in the middle of sending', async () => {
    const world = await new World({ memory: { bufferBytes: 2_000, delayMsMax: 10 } }).established();
    const { visitor } = world.visit();
    visitor.say(Buffer.alloc(1_000_000));
    world.reactor.advance(20);
    world.agent.close(REPLACED);
    world.reactor.run();
    world.reactor.advance(2_000);
    expect(world.told.gateway.end).toMatchObject({ cause: 'goaway', goaway: REPLACED });
  });

  it('from inside the callback that opens a stream leaves nothing behind', async () => {
    const world: World = new World({
      events: {
        agent: {
          opened: () => {
            world.agent.close();
            return world.dialOrigin();
          },
        },
      },
    });
    await world.established();
    const { visitor } = world.visit();
    world.reactor.run();
    world.reactor.advance(2_000);
    expect([visitor.ended, world.arenas.lent, world.told.agent.ends]).toEqual(['reset', 0, 1]);
    expect(world.origins.every(({ ended }) => ended === 'reset')).toBe(true);
  });

  it('before the handshake is over says nothing', async () => {
    const world = new RawWorld('gateway');
    await world.rest();
    world.session.close(REPLACED);
    await world.rest();
    expect([world.raw.names, world.raw.ended]).toEqual([['HELLO'], 'fin']);
  });
});

describe('keep-alive', () => {
  it('keeps an idle session, and both ends hear of each other every 5 s', async () => {
    const world = await new World().established();
    const before = world.gateway.stats.bytesIn;
    world.reactor.advance(60_000);
    expect([world.told.gateway.end, world.told.agent.end]).toEqual([undefined, undefined]);
    const pings = (world.gateway.stats.bytesIn - before) / 12;
    expect(pings).toBeGreaterThanOrEqual(11);
    expect(pings).toBeLessThanOrEqual(26);
  });

  it('lets go of a peer that fell silent, on both ends, between 14 and 16 s', async () => {
    const world = await new World().established();
    const { visitor } = world.visit();
    world.reactor.run();
    visitor.say(Buffer.alloc(3_000_000));
    world.reactor.stall(world.agentLink);
    world.reactor.advance(13_900);
    expect([world.told.gateway.end, world.told.agent.end]).toEqual([undefined, undefined]);
    world.reactor.advance(2_100);
    expect(world.told.gateway.end).toMatchObject({ cause: 'silent' });
    expect(world.told.agent.end).toMatchObject({ cause: 'silent' });
    expect(visitor.ended).toBe('reset');
  });

  it('measures the round trip', async () => {
    const world = await new World({ memory: { delayMsMax: 40 } }).established();
    world.reactor.advance(30_000);
    expect(world.agent.stats.rttMs).toBeGreaterThan(5);
    expect(world.agent.stats.rttMs).toBeLessThan(80);
  });

  it('probes at once when asked to, and gives the peer as long as was said', async () => {
    const world = await new World().established();
    world.agent.probe(1_000);
    world.reactor.advance(1_500);
    expect(world.told.agent.end).toBeUndefined();
    world.reactor.stall(world.agentLink);
    world.agent.probe(1_000);
    world.reactor.advance(1_010);
    expect(world.told.agent.end).toMatchObject({ cause: 'silent' });
  });
});

describe('messages', () => {
  const EXPOSE = {
    type: 'expose',
    id: 4,
    kind: 'http',
    target: 'http://localhost:3000',
    name: 'shop',
    port: undefined,
    auth: undefined,
    allowIp: ['10.0.0.0/8'],
    takeOver: false,
    pool: false,
  } as const;
  const EXPOSED = {
    type: 'exposed',
    id: 4,
    kind: 'http',
    url: 'https://shop.test',
    name: 'shop',
    port: undefined,
  } as const;

  it('pass as they were said', async () => {
    const world = await new World().established();
    world.agent.send(EXPOSE);
    world.agent.send({ type: 'withdraw', id: 4 });
    world.gateway.send(EXPOSED);
    world.gateway.send({ type: 'expose-refused', id: 5, code: 'TK-1005', seen: 'shop' });
    world.reactor.run();
    expect(world.told.gateway.messages).toEqual([EXPOSE, { type: 'withdraw', id: 4 }]);
    expect(world.told.agent.messages).toEqual([
      EXPOSED,
      { type: 'expose-refused', id: 5, code: 'TK-1005', seen: 'shop' },
    ]);
  });

  it('that the wire cannot say are refused where they are said, without their content', async () => {
    const world = await new World().established();
    const send = () => world.agent.send({ ...EXPOSE, auth: 'secret'.repeat(500) });
    expect(send).toThrow(/cannot say/);
    expect(send).not.toThrow(/secret/);
  });
});

describe('checksums', () => {
  const crc = (bytes: Buffer, at: number, length: number) => crc32(bytes.subarray(at, at + length));

  it('are used when both want them, and everything passes', async () => {
    const world = await new World({
      crc32: { gateway: crc, agent: crc },
      memory: { splitBytesMax: 700 },
    }).established();
    const { visitor } = world.visit();
    visitor.say(Buffer.alloc(300_000, 'x')).finish();
    world.reactor.run();
    expect([world.origins[0]!.received.length, world.origins[0]!.ended]).toEqual([300_000, 'fin']);
  });

  it('are left out when one does not', async () => {
    const world = await new World({ crc32: { gateway: crc } }).established();
    world.visit().visitor.say('x');
    world.reactor.run();
    expect(world.origins[0]!.received.toString()).toBe('x');
  });

  it('end a session whose bytes were damaged', async () => {
    let spoil = false;
    const wrong = (bytes: Buffer, at: number, length: number) => crc(bytes, at, length) ^ (spoil ? 1 : 0);
    const world = await new World({ crc32: { gateway: crc, agent: (...all) => wrong(...all) >>> 0 } }).established();
    const { visitor } = world.visit();
    world.reactor.run();
    spoil = true;
    visitor.say('x');
    world.reactor.run();
    expect(world.told.agent.end).toMatchObject({ cause: 'protocol' });
    expect(world.told.agent.end?.detail).toMatch(/damaged/);
    expect(world.origins[0]!.received.length).toBe(0);
  });
});

describe('a crowd of visitors that leave', () => {
  it('does not look like an attack: resets are spread over seconds', async () => {
    const world = await new World({ limits: { sessionResetsPerSecond: 20 } }).established();
    const visits = Array.from({ length: 60 }, () => world.visit());
    world.reactor.run();
    for (const { visitor } of visits) visitor.reset();
    world.reactor.advance(900);
    expect(world.gateway.stats.streams).toBe(50);
    world.reactor.advance(8_000);
    expect([world.gateway.stats.streams, world.agent.stats.streams]).toEqual([0, 0]);
    expect([world.told.gateway.end, world.told.agent.end]).toEqual([undefined, undefined]);
    expect(world.origins.every(({ ended }) => ended === 'reset')).toBe(true);
  });
});
