// Certificates of a real ACME server, with the clock moved as months would.
import { X509Certificate } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { limitValues } from '../../contract/limits.ts';
import { startProxy } from '../../transport/connect-proxy.testkit.ts';
import { KeeperWorld } from './keeper.testkit.ts';

const LIFE_S = 600;
const LIFE_MS = LIFE_S * 1_000;
const MINUTE = 60_000;

let world: KeeperWorld;
let orders: number;
beforeAll(async () => {
  world = await KeeperWorld.make({ validSeconds: LIFE_S, refused: ['refused.test'] });
  await world.answerAt('127.0.0.2', () => undefined);
});
afterAll(() => world.close());
beforeEach(() => {
  world.wanted.clear();
  world.events.length = 0;
  orders = world.pebble.orders;
});

/** How the next attempt ends. */
const attempt = (name: string, account?: string) => {
  const settled = world.settled(name);
  world.publish(name, account);
  return settled;
};
const newOrders = () => world.pebble.orders - orders;
const shown = (name: string) => {
  const pair = world.keeper.certificate(name);
  return pair && new X509Certificate(pair.cert);
};

describe('a name that is published', () => {
  it('gets one certificate, which is coming until it is there', async () => {
    const keeper = await world.open();
    world.publish('app.one.test', 'ann');
    expect(world.pebble.orders).toBe(orders);
    keeper.start();
    expect(keeper.state('app.one.test')).toMatchObject({ state: 'coming', until: undefined });
    await keeper.coming('app.one.test');
    expect(keeper.state('app.one.test')).toMatchObject({ state: 'valid', fault: undefined, retryInMs: undefined });
    expect(keeper.coming('app.one.test')).toBeUndefined();
    expect(shown('app.one.test')?.subjectAltName).toBe('DNS:app.one.test');
    world.publish('app.one.test', 'bob');
    expect(newOrders()).toBe(1);
  });

  it('has it after a restart, from the same account, without asking', async () => {
    const accounts = world.pebble.accounts;
    const { folder } = world;
    const before = shown('app.one.test')?.serialNumber;
    const keeper = await world.open({ folder });
    keeper.start();
    world.publish('app.one.test', 'ann');
    expect(shown('app.one.test')?.serialNumber).toBe(before);
    expect(await attempt('other.one.test', 'ann')).toMatchObject({ state: 'valid' });
    expect([newOrders(), world.pebble.accounts]).toEqual([1, accounts]);
  });

  it('has it renewed at two thirds of its life, the old one shown meanwhile, and then rests whatever the clock says', async () => {
    const keeper = await world.open();
    keeper.start();
    const { until } = await attempt('app.renewed.test');
    const first = shown('app.renewed.test')?.serialNumber;
    world.clock.advance(until! - LIFE_MS / 3 - 1_000 - world.clock.wall());
    expect([newOrders(), keeper.coming('app.renewed.test')]).toEqual([1, undefined]);
    const renewed = world.settled('app.renewed.test');
    world.clock.advance(7_000);
    expect(shown('app.renewed.test')?.serialNumber).toBe(first);
    expect(await renewed).toMatchObject({ state: 'valid' });
    expect(shown('app.renewed.test')?.serialNumber).not.toBe(first);
    // By this clock the new one is two thirds through as well: the authority's has not moved.
    world.clock.advance(LIFE_MS / 10 - 20_000);
    await attempt('later.renewed.test');
    expect(newOrders()).toBe(3);
  });

  it('is not renewed once nobody publishes it, and is forgotten when it has ended', async () => {
    const keeper = await world.open();
    keeper.start();
    await attempt('app.gone.test');
    const files = () => readdirSync(world.folder, { recursive: true, encoding: 'utf8' });
    expect(files().filter((file) => file.endsWith('app.gone.test.pem'))).toHaveLength(1);
    world.wanted.clear();
    world.clock.advance(LIFE_MS + 10_000);
    expect([newOrders(), keeper.states()]).toEqual([1, []]);
    await expect.poll(() => files().filter((file) => file.endsWith('app.gone.test.pem'))).toEqual([]);
  });
});

describe('certificates of names that nobody publishes', () => {
  it('are kept for who comes back, the newest of them where there are too many', async () => {
    const keeper = await world.open({ limits: { ...limitValues(), certificatesKept: 2 } });
    keeper.start();
    const names = ['one', 'two', 'three', 'four'].map((label) => `${label}.kept.test`);
    for (const name of names) await attempt(name, 'ann');
    world.wanted.delete(names[1]!);
    world.wanted.delete(names[3]!);
    world.clock.advance(10_000);
    expect(keeper.states().map(({ name }) => name)).toEqual([names[0], names[2]]);
    world.wanted.clear();
    world.clock.advance(10_000);
    expect(keeper.states().map(({ name }) => name)).toEqual([names[0], names[2]]);
    expect(world.events.filter(({ type }) => type === 'bound')).toHaveLength(2);
  });
});

describe('names that are published at once', () => {
  it('have their orders beside each other, as many as may be, and the rest after them', async () => {
    const keeper = await world.open({ limits: { ...limitValues(), certificateOrders: 2 } });
    keeper.start();
    const names = ['one', 'two', 'three', 'four', 'five'].map((label) => `${label}.many.test`);
    const placed: number[] = [];
    const settled = names.map(async (name) => {
      expect(await attempt(name, 'ann')).toMatchObject({ state: 'valid' });
      placed.push(newOrders());
    });
    await Promise.all(settled);
    expect(placed[0]).toBeLessThanOrEqual(2);
    expect(newOrders()).toBe(5);
  });

  it('are of one account as many as the quota allows; the gateway itself and others are not held up', async () => {
    const keeper = await world.open({ limits: { ...limitValues(), certificateNames: 1 } });
    keeper.start();
    expect(await attempt('one.quota.test', 'ann')).toMatchObject({ state: 'valid' });
    const { fault, retryInMs, state } = await attempt('two.quota.test', 'ann');
    expect([fault?.code, state, Math.ceil(retryInMs! / MINUTE)]).toEqual(['TK-6008', 'failed', 60]);
    expect(world.events).toContainEqual({ type: 'bound', limit: 'certificateNames' });
    expect(await attempt('three.quota.test', 'bob')).toMatchObject({ state: 'valid' });
    expect(await attempt('quota.test')).toMatchObject({ state: 'valid' });
    expect(newOrders()).toBe(3);
  });
});

describe('a name that does not lead to the gateway', () => {
  it.each([
    ['nobody can resolve', 'nowhere', 'TK-6002', /^app\.nowhere\.test: /],
    ['leads to where nobody listens', 'closed', 'TK-6003', /connection refused/i],
    ['leads to another web server', 'stranger', 'TK-6002', /404/],
  ] as const)(
    'because it %s has none: it is tried again after minutes, and then has one',
    async (_why, zone, code, seen) => {
      const name = `app.${zone}.test`;
      if (zone === 'nowhere') await world.pebble.pointNowhere(name);
      if (zone === 'closed') await world.pebble.pointElsewhere(name);
      if (zone === 'stranger') await world.pebble.pointElsewhere(name, '127.0.0.2');
      const keeper = await world.open();
      keeper.start();
      const { fault, retryInMs, state } = await attempt(name, 'ann');
      expect([fault?.code, state, keeper.coming(name)]).toEqual([code, 'failed', undefined]);
      expect(fault?.seen).toMatch(seen);
      expect(retryInMs).toBeGreaterThan(3 * MINUTE - 1_000);
      await world.pebble.pointBack(name);
      world.clock.advance(2 * MINUTE);
      expect(newOrders()).toBe(1);
      const again = world.settled(name);
      world.clock.advance(MINUTE + 6_000);
      expect(await again).toMatchObject({ state: 'valid', fault: undefined });
    },
  );
});

describe('an authority that refuses a name', () => {
  it('is not asked again for hours, though who publishes it goes and comes back', async () => {
    const keeper = await world.open();
    keeper.start();
    const { fault, retryInMs } = await attempt('app.refused.test', 'ann');
    expect([fault?.code, Math.ceil(retryInMs! / MINUTE)]).toEqual(['TK-6006', 120]);
    world.wanted.clear();
    world.clock.advance(MINUTE);
    world.publish('app.refused.test', 'ann');
    expect(keeper.state('app.refused.test')).toMatchObject({ state: 'failed' });
    const again = world.settled('app.refused.test');
    world.clock.advance(119 * MINUTE + 6_000);
    expect(Math.ceil((await again).retryInMs! / MINUTE)).toBe(240);
  });
});

describe('an authority that cannot be reached', () => {
  it('is left alone with every name, for seconds at first', async () => {
    const keeper = await world.open({ directory: 'https://127.0.0.1:1/dir' });
    keeper.start();
    const { fault } = await attempt('app.away.test', 'ann');
    expect(fault).toMatchObject({ code: 'TK-6005', seen: expect.stringContaining('ECONNREFUSED') });
    world.publish('other.away.test', 'ann');
    expect(keeper.state('other.away.test')).toMatchObject({ state: 'failed', fault: { code: 'TK-6005' } });
    expect(keeper.state('other.away.test')?.retryInMs).toBeGreaterThan(14_000);
  });

  it('but through a proxy is reached through that', async () => {
    const proxy = await startProxy();
    const proxies = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    const keeper = await world.open({ directory: world.pebble.farDirectory, proxies });
    keeper.start();
    expect(await attempt('app.proxied.test')).toMatchObject({ state: 'valid' });
    expect(new Set(proxy.asked)).toEqual(new Set([new URL(world.pebble.farDirectory).host]));
    await proxy.close();
  });
});

describe('a machine whose clock is wrong', () => {
  it('keeps no certificate that is over by its clock, says so, and does not ask on and on', async () => {
    const keeper = await world.open();
    world.clock.advance(2 * LIFE_MS);
    keeper.start();
    const { fault, state } = await attempt('app.late.test', 'ann');
    expect(state).toBe('failed');
    expect(fault?.seen).toMatch(/^app\.late\.test: it ends .* and the clock here says /);
    world.clock.advance(30 * MINUTE);
    await attempt('later.late.test');
    expect(newOrders()).toBe(2);
  });
});

describe('a keeper that is closed', () => {
  it('lets go of who waits, and tells nothing any more', async () => {
    const keeper = await world.open();
    keeper.start();
    world.publish('app.closed-early.test', 'ann');
    const waiting = keeper.coming('app.closed-early.test');
    keeper.close();
    await waiting;
    world.clock.advance(10_000);
    expect(world.events).toEqual([]);
  });
});
