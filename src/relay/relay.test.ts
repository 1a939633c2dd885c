import { afterEach, describe, expect, test } from 'vitest';
import type { Limits } from '../contract/limits.ts';
import { makeKey } from '../identity/keys.ts';
import { RelayWorld } from './relay.testkit.ts';

let world: RelayWorld;

async function start(limits: Partial<Limits> = {}): Promise<RelayWorld> {
  world = await RelayWorld.start(limits);
  return world;
}

afterEach(() => world.close());

describe('admission by token', () => {
  test('a known token admits its agent to its account', async () => {
    await start();
    const { key } = await world.token('acme');
    const agent = await world.join(key);
    expect(agent.welcome).toMatchObject({ account: 'acme', publicHost: 'ex.org' });
    expect(world.relay.status()).toMatchObject({ pending: 0, sessions: [{ account: 'acme', software: 'test/1' }] });
    expect(world.events).toMatchObject([{ type: 'connected' }]);
  });

  test('an unknown token is refused for good', async () => {
    await start();
    const agent = await world.join(makeKey());
    expect(agent.end).toMatchObject({ cause: 'refused', goaway: { code: 'TK-1001', permanent: true } });
    expect(world.relay.status()).toMatchObject({ pending: 0, sessions: [] });
    expect(world.events).toMatchObject([{ type: 'rejected', code: 'TK-1001' }]);
  });

  test('a link that breaks while its token is looked up is not admitted', async () => {
    await start();
    const { key } = await world.token('acme');
    const asked = Promise.withResolvers<void>();
    const { byPublicKey } = world.store.tokens;
    world.store.tokens.byPublicKey = async (publicKey) => {
      await asked.promise;
      return byPublicKey.call(world.store.tokens, publicKey);
    };
    const agent = await world.join(key);
    world.reactor.cut(agent.link);
    await world.settled();
    asked.resolve();
    await world.settled();
    expect([world.events, world.relay.status().sessions]).toEqual([[], []]);
  });

  test('a revoked token is refused for good', async () => {
    await start();
    const { key } = await world.token('acme', { revokedAt: 5 });
    expect((await world.join(key)).end?.goaway).toMatchObject({ code: 'TK-1011', permanent: true });
  });

  test('revoking a token ends its live sessions, and only its own', async () => {
    await start();
    const [bad, good] = [await world.token('acme'), await world.token('acme')];
    const [one, other] = [await world.join(bad.key), await world.join(good.key)];
    await world.expose(one, { name: 'shop' });
    await world.store.tokens.revoke(bad.id, 5);
    await world.relay.revoked(bad.id);
    await world.settled();
    expect(one.end?.goaway).toMatchObject({ code: 'TK-1011', permanent: true });
    expect(other.end).toBeUndefined();
    expect(world.relay.destination('shop.ex.org').kind).toBe('away');
  });

  test('with the last token of an account its names go', async () => {
    await start();
    const { key, id } = await world.token('acme');
    await world.expose(await world.join(key), { name: 'shop' });
    await world.store.tokens.revoke(id, 5);
    await world.relay.revoked(id);
    expect(world.relay.destination('shop.ex.org').kind).toBe('unknown');
  });
});

describe('bounds before admission', () => {
  test('links above the bound of an address are told to come back', async () => {
    await start({ linksPendingPerAddress: 2 });
    const { key } = await world.token('acme');
    const agents = [world.dial(key), world.dial(key), world.dial(key)];
    await world.settled();
    expect(agents.map((agent) => agent.welcome !== undefined)).toEqual([true, true, false]);
    expect(agents[2]?.end?.goaway).toMatchObject({ code: 'TK-4007', permanent: false });
    expect(agents[2]?.end?.goaway?.comeBackInMs).toBeGreaterThanOrEqual(1_000);
    expect(world.events).toContainEqual(expect.objectContaining({ type: 'rejected', bound: 'linksPendingPerAddress' }));
  });

  test.each([
    ['linksPending', { linksPending: 1 }],
    ['handshakesPerSecond', { handshakesPerSecond: 1 }],
  ] as const)('%s works at the bound and refuses one past it', async (bound, limits) => {
    await start(limits);
    const { key } = await world.token('acme');
    const agents = [world.dial(key), world.dial(key)];
    await world.settled();
    expect(agents[0]?.welcome).toBeDefined();
    expect(agents[1]?.end?.goaway?.code).toBe('TK-4007');
    expect(world.events).toContainEqual(expect.objectContaining({ bound }));
  });

  test('an address with too many failures is told to come back in a minute, others are not', async () => {
    await start({ authFailuresPerMinute: 2 });
    const { key } = await world.token('acme');
    for (let tries = 0; tries < 2; tries += 1) await world.join(makeKey());
    expect((await world.join(key)).end?.goaway).toMatchObject({ code: 'TK-4007', comeBackInMs: expect.any(Number) });
    world.address = '198.51.100.2';
    expect((await world.join(key)).welcome).toBeDefined();
    world.address = '198.51.100.1';
    await world.pass(60_000);
    expect((await world.join(key)).welcome).toBeDefined();
  });

  test('a link that says nothing is let go in time', async () => {
    await start({ linkAuthenticateMs: 5_000 });
    world.reactor.dial({ host: 'gw', port: 8_443 }, { timeoutMs: 1_000 });
    await world.settled();
    expect(world.relay.status().pending).toBe(1);
    await world.pass(5_000);
    expect(world.relay.status().pending).toBe(0);
  });
});

describe('exposures over sessions', () => {
  test('a granted name is visited through its session', async () => {
    await start();
    const agent = await world.join((await world.token('acme')).key);
    expect(await world.expose(agent, { name: 'shop' })).toMatchObject({ type: 'exposed', url: 'https://shop.ex.org' });
    const destination = world.relay.destination('shop.ex.org');
    if (destination.kind !== 'live') throw new Error(destination.kind);
    const visitor = world.reactor.dial({ host: 'gw', port: 1 }, { timeoutMs: 1_000 });
    destination.opener.open({ kind: 'tcp', exposure: destination.exposure, visitor: '192.0.2.1:5' }, visitor);
    await world.settled();
    expect(agent.streams).toMatchObject([{ kind: 'tcp', exposure: 1, visitor: '192.0.2.1:5' }]);
  });

  test('a name that is refused says why, and the session goes on', async () => {
    await start();
    const agent = await world.join((await world.token('acme', { names: ['dev-*'] })).key);
    expect(await world.expose(agent, { name: 'shop' })).toMatchObject({
      type: 'expose-refused',
      id: 1,
      code: 'TK-1004',
    });
    expect(agent.end).toBeUndefined();
  });

  test('withdrawing, leaving and losing the link each leave the name away', async () => {
    await start();
    const { key } = await world.token('acme');
    const own = makeKey();
    const first = await world.join(key, own);
    await world.expose(first, { name: 'shop' });
    first.session.send({ type: 'withdraw', id: 1 });
    await world.settled();
    expect(world.relay.destination('shop.ex.org').kind).toBe('away');
    await world.expose(first, { name: 'shop' });
    first.session.goaway({ code: 'draining', permanent: false, comeBackInMs: 0, seen: '' });
    await world.settled();
    expect(world.relay.destination('shop.ex.org').kind).toBe('away');
    const second = await world.join(key, own);
    await world.expose(second, { name: 'shop' });
    world.reactor.cut(second.link);
    await world.settled();
    expect(world.relay.destination('shop.ex.org').kind).toBe('away');
    expect(world.relay.status().sessions).toEqual([]);
  });

  test('an agent with the same key replaces the old one, which is told so for good', async () => {
    await start();
    const { key } = await world.token('acme');
    const own = makeKey();
    const old = await world.join(key, own);
    await world.expose(old, { name: 'shop' });
    const young = await world.join(key, own);
    await world.expose(young, { name: 'shop' });
    expect(old.end?.goaway).toMatchObject({ code: 'TK-1008', permanent: true });
    expect(young.end).toBeUndefined();
  });

  test('two that fight are sent away for a minute, also when they come back sooner', async () => {
    await start();
    const { key } = await world.token('acme');
    const own = makeKey();
    const agents = [];
    for (let round = 0; round < 4; round += 1) {
      const agent = await world.join(key, own);
      await world.expose(agent, { name: 'shop' });
      agents.push(agent);
    }
    const last = agents.slice(2).map((agent) => agent.end?.goaway);
    for (const goaway of last)
      expect(goaway).toMatchObject({ code: 'TK-1008', permanent: false, comeBackInMs: 60_000 });
    expect((await world.join(key, own)).end?.goaway).toMatchObject({ code: 'TK-1008', permanent: false });
    await world.pass(60_000);
    expect((await world.join(key, own)).welcome).toBeDefined();
  });

  test('a silent agent is gone by the time a peer is dead', async () => {
    await start({ peerSilentMs: 14_000 });
    const agent = await world.join((await world.token('acme')).key);
    await world.expose(agent, { name: 'shop' });
    world.reactor.stall(agent.link);
    await world.pass(14_500);
    expect(world.relay.destination('shop.ex.org').kind).toBe('away');
  });
});

describe('draining', () => {
  test('agents without streams are gone at once, told to come back within the spread', async () => {
    await start();
    const { key } = await world.token('acme');
    const agents = [await world.join(key), await world.join(key), await world.join(key)];
    const drained = world.relay.drain(30_000, 10_000);
    await world.settled();
    await drained;
    for (const { end } of agents) expect(end?.goaway).toMatchObject({ code: 'draining', permanent: false });
    expect(agents.every(({ end }) => (end?.goaway?.comeBackInMs ?? 10_000) < 10_000)).toBe(true);
  });

  test('a stream is waited for, and cut when the grace is over', async () => {
    await start();
    const agent = await world.join((await world.token('acme')).key);
    await world.expose(agent, { name: 'shop' });
    const destination = world.relay.destination('shop.ex.org');
    if (destination.kind !== 'live') throw new Error(destination.kind);
    await world.reactor.listen({ host: '::', port: 1 }, {}, () => {});
    const visitor = world.reactor.dial({ host: 'nowhere', port: 1 }, { timeoutMs: 1_000 });
    destination.opener.open({ kind: 'tcp', exposure: 1, visitor: '' }, visitor);
    await world.settled();
    let over = false;
    const drained = world.relay.drain(30_000, 0).then(() => {
      over = true;
    });
    await world.pass(29_000);
    expect(over).toBe(false);
    await world.pass(1_000);
    await drained;
    expect(world.relay.status().sessions).toEqual([]);
  });

  test('agents that come meanwhile are told to come back', async () => {
    await start();
    const { key } = await world.token('acme');
    await world.relay.drain(30_000, 10_000);
    expect((await world.join(key)).end?.goaway).toMatchObject({ code: 'draining', permanent: false });
  });
});
