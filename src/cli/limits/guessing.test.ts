// Somebody guesses secrets as fast as he can, at each of the gateway's doors: ten a minute are looked at, whoever else has the right one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from './driver.testkit.ts';
import { begun, farewell } from './links.testkit.ts';
import { HOST, LimitWorld } from './world.testkit.ts';

const GUESSES = 1_000;
const AT_ONCE = 50;
const ELSEWHERE = '127.0.0.2';

let world: LimitWorld;
beforeAll(async () => {
  world = await LimitWorld.start({});
  const guarded = { target: `http://${HOST}:${world.originPort}`, auth: 'ann:right' };
  await (await world.agent({ guarded })).heard('exposed');
});
afterAll(() => world.close());

interface Door {
  readonly listener: 'http' | 'admin';
  readonly host: string;
  readonly path: string;
  field(secret: string): string;
}
const basic = (password: string) => `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`;
const PASSWORDS: Door = { listener: 'http', host: 'guarded.localhost', path: '/', field: basic };
const OPERATORS: Door = { listener: 'admin', host: 'localhost', path: '/status', field: (token) => `Bearer ${token}` };

async function ask({ listener, host, path, field }: Door, secret: string | undefined, from = HOST) {
  const authorization = secret === undefined ? '' : `Authorization: ${field(secret)}\r\n`;
  const visitor = world.visitor(listener, from);
  const { status } = await visitor.send(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${authorization}\r\n`).answer();
  visitor.cut();
  return { status, retryAfter: Number(/^Retry-After: (\d+)/im.exec(visitor.heard)?.[1]) };
}

/** All of them wrong, many at once; how often each status was the answer. */
async function guess(door: Door): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (let made = 0; made < GUESSES; made += AT_ONCE) {
    const batch = Array.from({ length: AT_ONCE }, (_, n) => ask(door, `guess ${made + n}`.replace(' ', '-')));
    for (const { status } of await Promise.all(batch)) counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

describe.each([
  ['passwords of an exposure', PASSWORDS, async () => 'right'],
  ['the admin token', OPERATORS, async () => ((await world.ask('POST', '/admin-token')) as { token: string }).token],
])('a thousand guesses at %s', (_, door, secretOf) => {
  it('are ten tries; the right one waits too at that address, counted and told how long, and nowhere else', async () => {
    const secret = await secretOf();
    expect((await ask(door, secret)).status).toBe(200);
    const before = await world.counters();
    const began = performance.now();
    expect(await guess(door)).toEqual({ 401: 10, 429: GUESSES - 10 });
    console.log(`${door.host}: ${GUESSES} guesses in ${(performance.now() - began).toFixed(0)} ms, 10 looked at`);

    const refused = await ask(door, secret);
    expect(refused.status).toBe(429);
    expect(refused.retryAfter).toBeGreaterThan(30);
    expect(refused.retryAfter).toBeLessThanOrEqual(60);
    expect((await ask(door, undefined)).status).toBe(401);
    expect((await ask(door, secret, ELSEWHERE)).status).toBe(200);

    const after = await world.counters();
    const limit = 'authFailuresPerMinute';
    expect(after.limitsHit(limit) - before.limitsHit(limit)).toBe(GUESSES - 10 + 1);
  });
});

it('sixty wrong tokens of agents that arrived together are ten tries, and whoever comes then from that address is told when', async () => {
  const peers = await Promise.all(Array.from({ length: 60 }, () => begun(world)));
  for (const peer of peers) peer.hello();
  await until(() => peers.every((peer) => peer.names.includes('PROOF')));
  const codes = await Promise.all(peers.map((peer) => farewell(peer.proof())));
  expect(codes.filter((code) => code === 'TK-1001')).toHaveLength(10);
  expect(codes.filter((code) => code === 'TK-4007')).toHaveLength(50);
  const late = await begun(world);
  expect([await farewell(late), late.goaway?.permanent]).toEqual(['TK-4007', false]);
  expect(late.goaway?.comeBackInMs).toBeGreaterThan(30_000);
});
