// Each kind of fault against a plain server: what it does to the bytes and the end, that it says so, and when it does not count.
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call, type Wire, Wire as WireEnd } from '../cli/program/wire.testkit.ts';
import { Random } from '../pipe/memory/random.ts';
import { KeyedStreams } from './keyed-stream.ts';
import { halfOpen } from './kinds/half-open.ts';
import { FAULTS } from './kinds/index.ts';
import { Relay } from './relay.ts';
import type { Fault, Shape } from './shape.ts';

const streams = new KeyedStreams(1);
const random = new Random(1);

let server: Server;
let relay: Relay;
let served: Wire[];

beforeEach(async () => {
  served = [];
  server = createServer({ allowHalfOpen: true }, (socket) => served.push(new WireEnd(socket)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  relay = await Relay.listen(() => port);
});
afterEach(async () => {
  await relay.close();
  for (const { socket } of served) socket.destroy();
  server.close();
});

/** A visitor whose first byte is through, so that the relay is busy with it. */
async function joined() {
  const busy = relay.busy();
  const visitor = await call(relay.port);
  visitor.send('x');
  const relayed = await busy;
  while (served.length === 0) await once(server, 'connection');
  await served[0]!.until('a byte', () => served[0]!.bytes === 1);
  return { visitor, relayed, origin: served[0]! };
}

/** 300 kB up and down, as far as they come. */
async function exchange(visitor: Wire, origin: Wire): Promise<void> {
  for (const [wire, direction] of [
    [visitor, 'up'],
    [origin, 'down'],
  ] as const) {
    for (let at = 0; at < 300_000; ) {
      const bytes = streams.bytes(1, direction, at, 300_000 - at);
      at += bytes.length;
      wire.send(bytes);
    }
    wire.finish();
  }
  await Promise.all([visitor.ends(), origin.ends()]);
}

const upOf = (origin: Wire) => origin.received.subarray(1);
const whole = (visitor: Wire, origin: Wire) =>
  [visitor.bytes, origin.bytes - 1].every((bytes) => bytes === 300_000) &&
  streams.mismatch(1, 'down', 0, visitor.received) === undefined &&
  streams.mismatch(1, 'up', 0, upOf(origin)) === undefined;

const always = (fault: Fault, forMs: number): Fault => ({ ...fault, forMs });

describe('the relay', () => {
  it('passes bytes and ends on unchanged when nothing is wrong', async () => {
    const { visitor, relayed, origin } = await joined();
    await exchange(visitor, origin);
    expect([visitor.ending, origin.ending, whole(visitor, origin)]).toEqual(['fin', 'fin', true]);
    await relayed.closed;
    expect(relay.relayed.size).toBe(0);
  });

  it.each(['visitor', 'origin'] as const)('passes on a reset of the %s as a reset', async (who) => {
    const both = await joined();
    both[who].reset();
    expect(await both[who === 'visitor' ? 'origin' : 'visitor'].ends()).toBe('rst');
  });

  it.each(['latency', 'bandwidth', 'slice', 'stall'] as const)(
    'loses nothing to %s, and says it landed',
    async (kind) => {
      const { visitor, relayed, origin } = await joined();
      const effect = relayed.inflict(always(FAULTS[kind](random), 150));
      await exchange(visitor, origin);
      expect([visitor.ending, origin.ending, whole(visitor, origin)]).toEqual(['fin', 'fin', true]);
      expect(await effect).toMatchObject({ kind, landed: true, cut: 0, sent: undefined });
    },
  );

  it('swallows what is sent over a half-open connection, and resets it when the time is over', async () => {
    const { visitor, relayed, origin } = await joined();
    const effect = relayed.inflict(always(FAULTS['half-open'](random), 100));
    visitor.finish('lost');
    expect(await Promise.all([visitor.ends(), origin.ends()])).toEqual(['rst', 'rst']);
    expect(origin.bytes).toBe(1);
    expect(await effect).toMatchObject({ landed: true, cut: 4, sent: 'rst' });
  });

  it('tells neither side of a half-open connection that the other is gone', async () => {
    const { visitor, relayed, origin } = await joined();
    const effect = relayed.inflict(halfOpen(random));
    visitor.send('lost');
    visitor.finish();
    expect(await visitor.ends()).toBe('fin');
    // Whatever the relay would pass on, it would have by the time another connection has come and gone.
    await call(relay.port).then((other) => other.socket.destroy());
    origin.send('to nobody');
    expect([origin.ending, origin.bytes]).toEqual(['open', 1]);
    origin.reset();
    expect(await effect).toMatchObject({ landed: true, sent: undefined });
  });

  it('swallows also what waits for a reader that has no room, so that who gives up is heard', async () => {
    const { visitor, relayed, origin } = await joined();
    origin.socket.pause();
    // More than the buffers of four sockets hold.
    for (let block = 0; block < 1_000; block++) visitor.send(streams.bytes(1, 'up', block * 65_536, 65_536));
    await expect.poll(() => String(relayed)).toContain('full');
    const effect = relayed.inflict(halfOpen(random));
    visitor.reset();
    origin.reset();
    expect(await effect).toMatchObject({ landed: true });
  });

  it.each([
    ['up', 'origin'],
    ['down', 'visitor'],
  ] as const)('resets both sides at an offset %s', async (lane, reader) => {
    const both = await joined();
    const effect = both.relayed.inflict(atOffset('rst', lane, 1_000));
    void exchange(both.visitor, both.origin).catch(() => {});
    expect(await both[reader].ends()).toBe('rst');
    expect(both[reader].bytes).toBeLessThanOrEqual(1_001);
    expect(await effect).toMatchObject({ kind: 'reset', landed: true, sent: 'rst' });
  });

  it.each([
    ['up', 'origin'],
    ['down', 'visitor'],
  ] as const)('ends one direction with FIN at a limit %s; the other goes on', async (lane, reader) => {
    const both = await joined();
    const effect = both.relayed.inflict(atOffset('fin', lane, 1_000));
    await exchange(both.visitor, both.origin);
    const other = reader === 'origin' ? 'visitor' : 'origin';
    expect([both[reader].ending, both[other].ending]).toEqual(['fin', 'fin']);
    expect(both[reader].bytes).toBe(lane === 'up' ? 1_001 : 1_000);
    expect(both.relayed[lane]).toMatchObject({ cutShort: true, passed: both[reader].bytes });
    expect(both[other].bytes).toBeGreaterThanOrEqual(300_000);
    expect(await effect).toMatchObject({ kind: 'limit', landed: true, sent: 'fin' });
  });
});

describe('a fault does not count', () => {
  it('when nothing was in flight', async () => {
    const { visitor, relayed, origin } = await joined();
    relayed.up.cameAt -= 101;
    const effect = relayed.inflict(always(FAULTS.latency(random), 50));
    await exchange(visitor, origin);
    expect((await effect).inFlightMs).toBeGreaterThan(100);
    expect(await effect).toMatchObject({ landed: false });
  });

  it.each(['latency', 'bandwidth', 'slice', 'stall', 'half-open'] as const)(
    'when no byte felt it: %s',
    async (kind) => {
      const { relayed } = await joined();
      expect(await relayed.inflict(always(FAULTS[kind](random), 10))).toMatchObject({ landed: false });
    },
  );

  it.each(['reset', 'limit'] as const)('when the connection is over before: %s', async (kind) => {
    const { visitor, relayed, origin } = await joined();
    const effect = relayed.inflict({ ...FAULTS[kind](random), shape: () => passing(1_000_000) });
    await exchange(visitor, origin);
    expect(await effect).toMatchObject({ landed: false, sent: undefined });
  });
});

const passing = (most: number): Shape => ({ passage: (length) => ({ pass: Math.min(length, most) }) });

function atOffset(end: 'fin' | 'rst', lane: 'up' | 'down', offset: number): Fault {
  let left = offset;
  const passage = (length: number) => {
    if (left === 0) return end;
    const pass = Math.min(length, left);
    left -= pass;
    return { pass };
  };
  return { kind: end === 'fin' ? 'limit' : 'reset', lanes: [lane], forMs: undefined, shape: () => ({ passage }) };
}
