// The bench's own load against wrk: on the same origin and through the same tunnel both must come to the same ratio.
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { At, Order, Reply } from '../bench/load/orders.ts';
import { findNginx, type RunningNginx, startNginx } from '../bench/origin/nginx.ts';
import { ROOT, World } from './program.testkit.ts';

const VISITORS = 64;
const ROUNDS = 2;
/** Of the ratio by wrk. Both share two cores with what they measure, and the machine may be busy. */
const FACTOR = 2.5;

let world: World;
let nginx: RunningNginx;
let tunnel: At;
const load = fork(join(ROOT, 'dist/tunnelkit.js'), ['--as-child', 'load']);

beforeAll(async () => {
  await once(load, 'message');
  world = new World();
  nginx = await startNginx((await findNginx())!, world.makeFolder('nginx'));
  await world.serve();
  const { url } = await world.expose(`tcp://127.0.0.1:${nginx.port}`, ['--transport', 'tls']);
  tunnel = { host: '127.0.0.1', port: Number(url.port) };
});
afterAll(async () => {
  load.kill('SIGKILL');
  nginx.process.kill('SIGKILL');
  await world.close();
});

async function own(at: At): Promise<number> {
  const order: Order = { kind: 'requests', at, visitors: VISITORS, seconds: 0.5, settleMs: 100, hostHeader: 'origin' };
  load.send(order);
  const [reply] = (await once(load, 'message')) as [Reply];
  if ('error' in reply) throw new Error(reply.error);
  return reply.answer.amount / reply.answer.seconds;
}

async function wrk({ port }: At): Promise<number> {
  const { stdout } = await promisify(execFile)('wrk', [
    '-t1',
    `-c${VISITORS}`,
    '-d1s',
    `http://127.0.0.1:${port}/small`,
  ]);
  expect(stdout).not.toMatch(/Non-2xx|Socket errors/);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)![1]);
}

it('comes to the same ratio of tunnel to direct as wrk', async () => {
  const direct = { host: '127.0.0.1', port: nginx.port };
  const sum = { wrkDirect: 0, wrkTunnel: 0, ownDirect: 0, ownTunnel: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    sum.wrkDirect += await wrk(direct);
    sum.ownDirect += await own(direct);
    sum.wrkTunnel += await wrk(tunnel);
    sum.ownTunnel += await own(tunnel);
  }
  const ratio = { wrk: sum.wrkTunnel / sum.wrkDirect, own: sum.ownTunnel / sum.ownDirect };
  const [direct64, own64] = [sum.wrkDirect, sum.ownDirect].map((rate) => Math.round(rate / ROUNDS));
  console.log(`requests a second without a tunnel: ${direct64} by wrk, ${own64} by the bench`);
  console.log(`tunnel to direct: ${ratio.wrk.toFixed(3)} by wrk, ${ratio.own.toFixed(3)} by the bench`);
  expect(ratio.own / ratio.wrk).toBeGreaterThan(1 / FACTOR);
  expect(ratio.own / ratio.wrk).toBeLessThan(FACTOR);
});
