// Attacks over one connection of HTTP/2 on the real program: what they cost it, and that they end.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FramePeer, SETTING } from '../../conformance/raw/frame-peer.ts';
import type { Pairs } from '../../conformance/raw/hpack.ts';
import { LIMITS } from '../../contract/limits.ts';
import { floods, numbering } from '../../ingress/http2/floods.testkit.ts';
import { type Gateway, World } from './program.testkit.ts';

/** How long each attack goes on if nobody ends it. `FLOOD_SECONDS=10` for the figures that are told. */
const ATTACK_MS = 1_000 * Number(process.env.FLOOD_SECONDS ?? 1);
const CPU_SECONDS_MAX = 1;
const MEMORY_MAX = 16 * 1_048_576;
const TICKS_PER_SECOND = 100;
const LARGE = Buffer.alloc(1_048_576, 'm');

const world = new World();
let asked = 0;
const origin = createServer((incoming, outgoing) => {
  asked += 1;
  incoming.resume();
  outgoing.end(incoming.url === '/large' ? LARGE : 'ok');
});
let gateway: Gateway;
let port: number;
let pairs: (method: string, path: string) => Pairs;

beforeAll(async () => {
  origin.listen(0, '127.0.0.1');
  await once(origin, 'listening');
  gateway = await world.serve();
  const { url } = await world.expose(`127.0.0.1:${(origin.address() as AddressInfo).port}`, ['--name', 'web']);
  port = Number(url.port);
  pairs = (method, path) => [
    [':method', method],
    [':scheme', 'http'],
    [':authority', url.host],
    [':path', path],
  ];
  // Warm, so that what is measured is the attack.
  const peer = FramePeer.open(port);
  for (let id = 1; id < 600; id += 2) await peer.headers(id, pairs('GET', '/')).ended(id);
  peer.close();
});
afterAll(async () => {
  origin.closeAllConnections();
  origin.close();
  await world.close();
});

/** CPU seconds so far, and bytes in memory now, of the gateway. */
function cost() {
  const stat = readFileSync(`/proc/${gateway.running.pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
  const status = readFileSync(`/proc/${gateway.running.pid}/status`, 'latin1');
  return {
    cpu: (Number(stat[11]) + Number(stat[12])) / TICKS_PER_SECOND,
    memory: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1_024,
  };
}

/** The program has answered once, so that what is loaded with the first request is not counted. */
async function isServed(): Promise<void> {
  const peer = FramePeer.open(port).headers(1, pairs('GET', '/'));
  await peer.ended(1);
  expect(peer.status(1)).toBe(200);
  peer.close();
}

const names = floods([], []).map(({ name }) => name);

describe('an attack over one connection', () => {
  it.each(names)('%s: costs little, asks the origin little, and ends the connection', async (name) => {
    await isServed();
    const flood = floods(pairs('GET', '/'), pairs('POST', '/')).find((one) => one.name === name)!;
    const [before, askedBefore] = [cost(), asked];
    const peer = FramePeer.open(port);
    if (flood.first !== undefined) peer.send(flood.first);
    const streams = numbering();
    const until = performance.now() + ATTACK_MS;
    let most = before.memory;
    while (!peer.over && performance.now() < until) {
      if (!peer.socket.write(flood.portion(streams)))
        await Promise.race([once(peer.socket, 'drain'), peer.until(() => peer.over)]).catch(() => {});
      await new Promise(setImmediate);
      most = Math.max(most, cost().memory);
    }
    await peer.until(() => peer.over);
    await isServed();
    const cpu = cost().cpu - before.cpu;
    const memory = Math.max(most, cost().memory) - before.memory;
    if (process.env.FLOOD_SECONDS !== undefined)
      console.log(
        `${name}: ${cpu.toFixed(2)} CPU s, ${(memory / 1_048_576).toFixed(1)} MiB, ${asked - askedBefore - 1} requests at the origin, GOAWAY ${peer.goaway}`,
      );
    expect(cpu).toBeLessThan(CPU_SECONDS_MAX);
    expect(memory).toBeLessThan(MEMORY_MAX);
    expect(asked - askedBefore - 1).toBeLessThanOrEqual(LIMITS.h2ResetStreams.value);
  });

  it('100 answers of which no byte may leave hold little, and bystanders are served', async () => {
    await isServed();
    const before = cost();
    const peer = FramePeer.open(port, [[SETTING.window, 0]]);
    for (let id = 1; id < 200; id += 2) peer.headers(id, pairs('GET', '/large'));
    await peer.until(() => peer.status(199) === 200);
    await isServed();
    const memory = cost().memory - before.memory;
    if (process.env.FLOOD_SECONDS !== undefined) console.log(`window 0: ${(memory / 1_048_576).toFixed(1)} MiB`);
    expect(memory).toBeLessThan(MEMORY_MAX);
    peer.close();
  });
});
