import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../pipe/memory/random.ts';
import { DATAGRAM_KINDS, type DatagramFault, NO_FAULT } from './kinds.ts';
import { DatagramRelay } from './relay.ts';

let origin: Socket;
let visitor: Socket;
let relay: DatagramRelay;
let got: number[];

beforeEach(async () => {
  got = [];
  origin = createSocket('udp4');
  visitor = createSocket('udp4');
  origin.on('message', (bytes, from) => origin.send(bytes, from.port, from.address));
  visitor.on('message', (bytes) => got.push(bytes.readUInt32BE()));
  for (const socket of [origin, visitor]) await once(socket.bind(0, '127.0.0.1'), 'listening');
  relay = await DatagramRelay.listen(() => (origin.address() as AddressInfo).port, new Random(3));
});
afterEach(() => {
  relay.close();
  origin.close();
  visitor.close();
});

/** Sends `count` numbered datagrams, one after the other; resolves when everything that the relay sent down has come. */
async function send(count: number, fault: Partial<DatagramFault> = {}): Promise<void> {
  relay.fault = { ...NO_FAULT, ...fault };
  for (let number = 0; number < count; number++) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(number);
    await new Promise((sent) => visitor.send(bytes, relay.port, '127.0.0.1', sent));
    // Loopback loses nothing as long as nobody's queue runs over.
    await new Promise(setImmediate);
  }
  // Every datagram that reaches the origin is answered once.
  const owed = () => count + relay.effects.duplicate - relay.effects.drop;
  await expect.poll(() => got.length - owed(), { timeout: 10_000 }).toBe(0);
}

const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);

describe('the relay of datagrams', () => {
  it('passes all of them on, each way, when nothing is wrong', async () => {
    await send(50);
    expect(got.toSorted((a, b) => a - b)).toEqual(numbers(50));
    expect(relay.passed).toBe(100);
    expect(relay.effects).toEqual({ drop: 0, duplicate: 0, reorder: 0, latency: 0 });
  });

  it('drops some, and says how many', async () => {
    await send(50, { drop: 0.2 });
    expect(relay.effects.drop).toBeGreaterThan(0);
    expect(got.length).toBe(50 - relay.effects.drop);
  });

  it('doubles some', async () => {
    await send(50, { duplicate: 0.2 });
    expect(relay.effects.duplicate).toBeGreaterThan(0);
    expect([...new Set(got)].toSorted((a, b) => a - b)).toEqual(numbers(50));
    expect(got.length).toBeGreaterThan(50);
  });

  it('lets some overtake others, and loses none', async () => {
    await send(50, { reorder: 0.3 });
    expect(relay.effects.reorder).toBeGreaterThan(0);
    expect(got).not.toEqual(numbers(50));
    expect(got.toSorted((a, b) => a - b)).toEqual(numbers(50));
  });

  it('holds some back for a while, and loses none', async () => {
    await send(50, { latency: 0.5, lateMs: 20 });
    expect(relay.effects.latency).toBeGreaterThan(0);
    expect(got).not.toEqual(numbers(50));
    expect(got.toSorted((a, b) => a - b)).toEqual(numbers(50));
  });
});

describe('a fault of datagrams', () => {
  it.each(DATAGRAM_KINDS)('counts when it hit some that were in flight: %s', async (kind) => {
    const talking = setInterval(() => visitor.send(Buffer.alloc(4), relay.port, '127.0.0.1'), 2);
    await relay.busy();
    const hit = await relay.inflict(kind);
    clearInterval(talking);
    expect(hit).toBeGreaterThan(0);
    expect(relay.fault).toBe(NO_FAULT);
  });

  it('does not count when nothing was in flight', async () => {
    expect(await relay.inflict('drop')).toBe(0);
  });
});
