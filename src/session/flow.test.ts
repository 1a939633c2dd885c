import { describe, expect, it } from 'vitest';
import { STREAM_CODE } from '../contract/stream.ts';
import { FRAME } from '../protocol/frame.ts';
import { OPENER, streamId } from '../protocol/stream-id.ts';
import { RawWorld } from './raw-peer.testkit.ts';
import { World } from './world.testkit.ts';

const KIB = 1_024;
const id = streamId(1, 0, OPENER.gateway);

describe('a stalled reader', () => {
  const window = 64 * KIB;
  const limits = { streamWindowBytes: window, streamWindowBytesMax: 4 * window };

  it('holds no more than its window and what its pipe holds', async () => {
    const world = await new World({ limits, memory: { bufferBytes: 4 * KIB } }).established();
    const { visitor } = world.visit();
    world.reactor.run();
    world.origins[0]!.read(false);
    visitor.say(Buffer.alloc(2_000 * KIB));
    world.reactor.run();
    const { overflowBytes } = world.agent.stats;
    // Chunks double, so that the memory is at most twice what is held.
    expect(overflowBytes).toBeGreaterThan(window - 8 * KIB);
    expect(overflowBytes).toBeLessThanOrEqual(2 * window);
    expect(2_000 * KIB - visitor.unsent).toBeLessThanOrEqual(window + 16 * KIB);
  });

  it('costs the other streams not a byte', async () => {
    const moved = async (stalled: number) => {
      const world = await new World({ limits, memory: { bufferBytes: 16 * KIB, delayMsMax: 2 } }).established();
      for (let i = 0; i < stalled; i++) {
        const { visitor } = world.visit();
        world.reactor.run();
        world.origins.at(-1)!.read(false);
        visitor.say(Buffer.alloc(200 * KIB));
        world.reactor.run();
      }
      const { visitor } = world.visit();
      world.reactor.run();
      visitor.say(Buffer.alloc(20_000 * KIB));
      world.reactor.advance(500);
      return world.origins.at(-1)!.received.length;
    };
    const alone = await moved(0);
    const beside = await moved(8);
    console.log(`bytes in 500 virtual ms: ${alone} alone, ${beside} beside 8 stalled readers`);
    expect(alone).toBeGreaterThan(1_000 * KIB);
    expect(beside).toBeGreaterThan(0.8 * alone);
  });

  it('that stalls longest is reset when the memory of the session is short, and only that one', async () => {
    const world = await new World({
      limits: { ...limits, sessionOverflowBytes: 150 * KIB },
      memory: { bufferBytes: 4 * KIB },
    }).established();
    const visits = [];
    for (let i = 0; i < 4; i++) {
      const visit = world.visit();
      visits.push(visit.visitor);
      world.reactor.run();
      world.origins[i]!.read(false);
      world.reactor.advance(10);
      visit.visitor.say(Buffer.alloc(62 * KIB));
      world.reactor.run();
    }
    expect(world.agent.stats.overflowBytes).toBeLessThanOrEqual(150 * KIB);
    expect(world.agent.stats.outOfMemory).toBe(2);
    expect(visits.map(({ ended }) => ended)).toEqual(['reset', 'reset', 'open', 'open']);
    for (const origin of world.origins) origin.read(true);
    world.reactor.run();
    expect(world.origins.map(({ received }) => received.length).slice(2)).toEqual([62 * KIB, 62 * KIB]);
    expect(world.agent.stats.overflowBytes).toBe(0);
  });

  it('is told apart by its code', async () => {
    const world = await new RawWorld('agent', {
      limits: { streamWindowBytes: 4_096, sessionOverflowBytes: 2_000 },
      memory: { bufferBytes: 16 },
    }).handshake();
    world.raw.open(id);
    await world.rest();
    world.origins[0]!.read(false);
    world.raw.frame(FRAME.DATA, id, Buffer.alloc(4_000));
    await world.rest();
    expect(world.raw.last('RST').payload.readUInt16BE(0)).toBe(STREAM_CODE.memory);
  });
});

describe('credit', () => {
  it('comes back when the pipe has taken half of the window, and grows it while the reader drains', async () => {
    const world = await new RawWorld('agent', {
      limits: { streamWindowBytes: 1_000, streamWindowBytesMax: 2_000 },
    }).handshake();
    world.raw.open(id);
    await world.rest();
    const credits = () => world.raw.all('CREDIT').map(({ payload }) => payload.readUInt32BE(0));
    world.raw.frame(FRAME.DATA, id, Buffer.alloc(499));
    await world.rest();
    expect(credits()).toEqual([]);
    world.raw.frame(FRAME.DATA, id, Buffer.alloc(1));
    await world.rest();
    expect(credits()).toEqual([1_500]);
    world.raw.frame(FRAME.DATA, id, Buffer.alloc(2_000));
    await world.rest();
    expect(credits()).toEqual([1_500, 2_000]);
    world.raw.frame(FRAME.DATA, id, Buffer.alloc(2_001));
    await world.rest();
    expect(world.tells.end?.detail).toMatch(/more than was granted/);
  });

  it('is not granted behind FIN', async () => {
    const world = await new RawWorld('agent', { limits: { streamWindowBytes: 1_000 } }).handshake();
    world.raw.open(id);
    await world.rest();
    world.raw.together(() => world.raw.frame(FRAME.DATA, id, Buffer.alloc(900)).frame(FRAME.FIN, id));
    await world.rest();
    expect(world.raw.names).toEqual(['OPENED']);
  });
});

describe('what is urgent', () => {
  it('overtakes bulk: a short stream is served while a long one keeps the link full', async () => {
    const world = await new World({ memory: { bufferBytes: 32 * KIB, delayMsMax: 4 } }).established();
    const bulk = world.visit();
    world.reactor.run();
    bulk.visitor.say(Buffer.alloc(40_000 * KIB));
    world.reactor.advance(200);
    const before = world.origins[0]!.received.length;
    const { visitor } = world.visit();
    visitor.say('x'.repeat(100));
    let waited = 0;
    while ((world.origins[1]?.received.length ?? 0) < 100) {
      world.reactor.advance(1);
      waited++;
    }
    const passed = world.origins[0]!.received.length - before;
    console.log(`${passed} bytes of bulk passed before a short stream that came later, in ${waited} virtual ms`);
    // What was in the link and the outbox before it cannot be overtaken.
    expect(passed).toBeLessThan(1_200 * KIB);
    expect(bulk.visitor.unsent).toBeGreaterThan(0);
  });

  it('bulk streams share the link by bytes', async () => {
    const world = await new World({ memory: { bufferBytes: 32 * KIB, delayMsMax: 2 } }).established();
    const visits = [world.visit(), world.visit(), world.visit()];
    world.reactor.run();
    for (const { visitor } of visits) visitor.say(Buffer.alloc(40_000 * KIB));
    world.reactor.advance(500);
    const shares = world.origins.map(({ received }) => received.length);
    console.log(`shares of three bulk streams: ${shares}`);
    expect(Math.min(...shares)).toBeGreaterThan(0.8 * Math.max(...shares));
  });
});
