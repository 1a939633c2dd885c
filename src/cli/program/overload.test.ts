// More load than memory: the real gateway at a small limit refuses, lives on, and recovers.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { memoryOf } from './memory.testkit.ts';
import { type Gateway, World } from './program.testkit.ts';
import { visitUntil } from './visit.testkit.ts';

const BODY = Buffer.alloc(32 * 2 ** 20);
const LIMIT_BYTES = 72 * 2 ** 20;
/** Visitors that ask and do not read, so many at a time, until there are four times as many as were served. */
const AT_ONCE = 20;
const LOAD = 4;
const VISITORS_MAX = 2_000;

const world = new World();
const origin = createServer((_asked, answer) => answer.end(BODY));
let gateway: Gateway;
let url: URL;

beforeAll(async () => {
  origin.listen(0, '127.0.0.1');
  await once(origin, 'listening');
  gateway = await world.serve(['--memory-limit', '72M']);
  ({ url } = await world.expose(`127.0.0.1:${(origin.address() as AddressInfo).port}`, ['--name', 'web']));
});
afterAll(async () => {
  origin.closeAllConnections();
  origin.close();
  await world.close();
});

/** Asks, and resolves with the status as soon as it is there; 0 if the connection ends before. The rest is not read. */
async function greedy(visitors: Socket[]): Promise<number> {
  const socket = connect(Number(url.port), '127.0.0.1');
  visitors.push(socket);
  const { promise, resolve } = Promise.withResolvers<number>();
  socket.once('data', (data) => {
    socket.pause();
    resolve(Number(data.toString('latin1', 9, 12)));
  });
  socket.on('error', () => resolve(0));
  socket.on('close', () => resolve(0));
  socket.write(`GET / HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`);
  return promise;
}

it('refuses with 503 while memory is short, loses nothing but those who stall, recovers, and ends with 0', async () => {
  const visitors: Socket[] = [];
  const statuses: number[] = [];
  let most = 0;
  const count = (status: number) => statuses.filter((one) => one === status).length;
  while (visitors.length < LOAD * count(200) || visitors.length === 0) {
    expect(visitors.length).toBeLessThan(VISITORS_MAX);
    statuses.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => greedy(visitors)))));
    most = Math.max(most, memoryOf(gateway.running, 'Anonymous'));
  }
  await gateway.running.line(/memory is short: new streams are refused .*code=TK-3020/);
  console.log(
    `--memory-limit 72M, ${visitors.length} visitors that do not read: ${count(200)} times 200, ${count(503)} times 503, ` +
      `${count(0)} cut; at most ${(most / 2 ** 20).toFixed(0)} MiB of its own`,
  );
  expect(count(200)).toBeGreaterThan(0);
  expect(count(503) / visitors.length).toBeGreaterThan(0.5);
  // On a busy machine what was let in goes on growing while nobody looks.
  expect(most).toBeLessThan(3 * LIMIT_BYTES);

  for (const socket of visitors) socket.destroy();
  expect((await visitUntil(url, ({ status }) => status === 200)).text).toHaveLength(BODY.length);
  await gateway.running.line(/memory is enough again/);
  const status = world.tunnelkit(['status']);
  await status.line(/memory \d+\.\d MB of 75\.5 MB/);
  expect(await gateway.running.stop()).toBe(0);
});
