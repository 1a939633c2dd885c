import { describe, expect, test } from 'vitest';
import { exposure, World } from './registry.testkit.ts';

const SHOP = { name: 'shop' };

describe('names', () => {
  test('an exposure with a name is found under its host', async () => {
    const world = new World();
    const agent = world.member('k1');
    expect(await world.granted(agent, SHOP)).toEqual({
      id: 1,
      kind: 'http',
      url: 'http://shop.localhost:8080',
      name: 'shop',
      port: undefined,
    });
    expect(world.registry.destination('shop.localhost')).toMatchObject({
      kind: 'live',
      opener: agent.opener,
      exposure: 1,
    });
  });

  test('an unknown host is unknown, whatever it is called', () => {
    const { registry } = new World();
    for (const host of ['nobody.localhost', 'constructor', '__proto__', '']) {
      expect(registry.destination(host)).toEqual({ kind: 'unknown' });
    }
  });

  test('the same destination object stands while nothing changes', async () => {
    const world = new World();
    await world.granted(world.member('k1'), SHOP);
    expect(world.registry.destination('shop.localhost')).toBe(world.registry.destination('shop.localhost'));
  });

  test('a name whose agent left is away, and its return is told once', async () => {
    const world = new World();
    const agent = world.member('k1');
    await world.granted(agent, SHOP);
    world.registry.leave(agent);
    const away = world.registry.destination('shop.localhost');
    const told: unknown[] = [];
    if (away.kind !== 'away') throw new Error(away.kind);
    away.wait((now) => told.push(now.opener));
    away.wait((now) => told.push(now.exposure))();
    const back = world.member('k1');
    await world.granted(back, { ...SHOP, id: 4 });
    expect(told).toEqual([back.opener]);
  });

  test('names are known after a restart of the gateway', async () => {
    const world = new World();
    await world.granted(world.member('k1'), SHOP);
    await world.granted(world.member('k1'), { name: 'released' });
    await world.registry.release('name', 'released');
    await world.restart().load();
    expect(world.registry.destination('shop.localhost').kind).toBe('away');
    expect(world.registry.destination('released.localhost').kind).toBe('unknown');
    expect(world.registry.destination('nobody.localhost').kind).toBe('unknown');
  });

  test('an exposure without a name keeps the one it got, through restarts and for its target only', async () => {
    const world = new World();
    const first = await world.granted(world.member('k1'));
    await world.restart().load();
    const again = world.member('k1');
    expect((await world.granted(again)).name).toBe(first.name);
    expect((await world.granted(again, { id: 2, target: 'http://localhost:4000' })).name).not.toBe(first.name);
    expect((await world.granted(world.member('k2'))).name).not.toBe(first.name);
  });

  test('what comes back unchanged is not written again', async () => {
    const world = new World();
    await world.granted(world.member('k1'), SHOP);
    const before = world.holdings.writes.count;
    await world.granted(world.member('k1'), SHOP);
    expect(world.holdings.writes.count).toBe(before);
  });

  test('two exposures of one target in one session get two names', async () => {
    const world = new World();
    const agent = world.member('k1');
    const names = [await world.granted(agent), await world.granted(agent, { id: 2 })].map((grant) => grant.name);
    expect(new Set(names).size).toBe(2);
  });

  test.each(['Shop', 'a.b', '-a', '__proto__', 'xn--bcher-kva', ''])(
    'the name %j is refused as it is',
    async (name) => {
      const world = new World();
      expect(await world.expose(world.member('k1'), { name })).toEqual([{ say: 'refused', id: 1, code: 'TK-5002' }]);
    },
  );

  test('the token decides which names', async () => {
    const world = new World();
    const agent = world.member('k1', { names: ['dev-*'] });
    expect(await world.expose(agent, SHOP)).toEqual([{ say: 'refused', id: 1, code: 'TK-1004' }]);
    expect((await world.granted(agent, { name: 'dev-1' })).name).toBe('dev-1');
    expect((await world.granted(agent, { id: 2 })).name).toMatch(/^dev-/);
  });

  test('a name kept from a wider token is refused by a narrower one', async () => {
    const world = new World();
    await world.granted(world.member('k1'));
    expect(await world.expose(world.member('k1', { names: ['dev-*'] }))).toMatchObject([{ code: 'TK-1004' }]);
  });

  test('withdrawing leaves the name known, and frees the place of the id', async () => {
    const world = new World();
    const agent = world.member('k1');
    await world.granted(agent, SHOP);
    world.registry.withdraw(agent, 1);
    world.registry.withdraw(agent, 77);
    await world.registry.settled();
    expect(world.registry.destination('shop.localhost').kind).toBe('away');
    expect(agent.leases.size).toBe(0);
  });

  test('an id that is exposed anew under another name leaves the old one', async () => {
    const world = new World();
    const agent = world.member('k1');
    await world.granted(agent, SHOP);
    await world.granted(agent, { name: 'other' });
    expect(world.registry.destination('shop.localhost').kind).toBe('away');
    expect(world.registry.destination('other.localhost').kind).toBe('live');
  });

  test('a second id for the same name takes it over inside the session', async () => {
    const world = new World();
    const agent = world.member('k1');
    await world.granted(agent, SHOP);
    await world.granted(agent, { ...SHOP, id: 2 });
    world.registry.withdraw(agent, 1);
    await world.registry.settled();
    expect(world.registry.destination('shop.localhost')).toMatchObject({ kind: 'live', exposure: 2 });
  });

  test('a session has as many exposures as the bound and not one more', async () => {
    const world = new World({ sessionExposures: 2 });
    const agent = world.member('k1');
    world.registry.expose(agent, exposure({ id: 1, name: 'a' }));
    world.registry.expose(agent, exposure({ id: 2, name: 'b' }));
    world.registry.expose(agent, exposure({ id: 3, name: 'c' }));
    await world.registry.settled();
    expect(agent.told.map((told) => told.say).toSorted()).toEqual(['exposed', 'exposed', 'refused']);
    expect(agent.told).toContainEqual({ say: 'refused', id: 3, code: 'TK-1013' });
    expect(world.events.filter((event) => event.type === 'refused')).toHaveLength(1);
  });

  test('an agent that left before it was decided gets nothing', async () => {
    const world = new World();
    const agent = world.member('k1');
    world.registry.expose(agent, exposure());
    world.registry.leave(agent);
    await world.registry.settled();
    expect(agent.told).toEqual([]);
    expect(world.registry.status().filter((row) => row.agents.length > 0)).toEqual([]);
  });

  test('a store that fails refuses with its own code, and the next request is decided', async () => {
    const world = new World();
    const { claim } = world.holdings;
    world.holdings.claim = async () => {
      throw Object.assign(new Error('full'), { code: 'TK-8002' });
    };
    const agent = world.member('k1');
    expect(await world.expose(agent, SHOP)).toEqual([{ say: 'refused', id: 1, code: 'TK-8002' }]);
    world.holdings.claim = claim;
    await world.granted(agent, SHOP);
  });

  test('an error without a code of ours is a defect, and does not stop the registry', async () => {
    const world = new World();
    const { claim } = world.holdings;
    world.holdings.claim = async () => {
      throw Object.assign(new Error('odd'), { code: 'ERR_ODD' });
    };
    const agent = world.member('k1');
    expect(await world.expose(agent, SHOP)).toEqual([{ say: 'refused', id: 1, code: 'TK-9001' }]);
    world.holdings.claim = claim;
    await world.granted(agent, SHOP);
  });

  test('an agent that leaves while the store is asked gets nothing, though its account holds the name', async () => {
    const world = new World();
    const { claim } = world.holdings;
    const agent = world.member('k1');
    world.holdings.claim = async (holding) => {
      world.registry.leave(agent);
      return claim(holding);
    };
    expect(await world.expose(agent, SHOP)).toEqual([]);
    expect(world.registry.destination('shop.localhost').kind).toBe('unknown');
    expect(world.registry.status()).toMatchObject([{ value: 'shop', agents: [] }]);
  });

  test('asking again for what one runs withdraws nothing', async () => {
    const world = new World();
    const agent = world.member('k1');
    await world.granted(agent, SHOP);
    await world.granted(agent, SHOP);
    expect(world.events.map((event) => event.type)).toEqual(['exposed', 'exposed']);
  });
});

describe('a host whose certificate is coming', () => {
  const SECURE = { httpsPort: 443, trusts: () => true, outlook: () => ({}) };

  test('is seen to before its URL is made, with the account that brings it', async () => {
    const world = new World();
    world.grounds = { outlook: (host) => ({ coming: world.prepared.includes(`${host} acme`) }) };
    expect(await world.granted(world.member('k1'), SHOP)).toMatchObject({
      url: 'http://shop.localhost:8080',
      coming: true,
    });
  });

  test('is granted again to its agent when it has come, and no exposure is made anew', async () => {
    const world = new World();
    world.grounds = { outlook: () => ({ coming: true }) };
    const agent = world.member('k1');
    await world.granted(agent, SHOP);
    const before = world.registry.destination('shop.localhost');
    world.grounds = SECURE;
    world.registry.retell('shop.localhost');
    world.registry.retell('shop.localhost');
    const grants = agent.told.flatMap((one) => (one.say === 'exposed' ? [one.grant] : []));
    expect(grants.map(({ id, url, coming }) => [id, url, coming])).toEqual([
      [1, 'http://shop.localhost:8080', true],
      [1, 'https://shop.localhost', undefined],
    ]);
    expect(world.registry.destination('shop.localhost')).toBe(before);
  });

  test('that does not come is told with the reason', async () => {
    const world = new World();
    world.grounds = { outlook: () => ({ coming: true }) };
    const agent = world.member('k1');
    await world.granted(agent, SHOP);
    world.grounds = { outlook: () => ({ remark: 'port 80 is closed' }) };
    world.registry.retell('shop.localhost');
    const grant = { id: 1, kind: 'http', url: 'http://shop.localhost:8080', name: 'shop', port: undefined };
    expect(agent.told.at(-1)).toEqual({ say: 'exposed', grant: { ...grant, remark: 'port 80 is closed' } });
  });

  test('is told to nobody once its agent has left', async () => {
    const world = new World();
    const agent = world.member('k1');
    await world.granted(agent, SHOP);
    world.registry.leave(agent);
    world.grounds = SECURE;
    for (const host of ['shop.localhost', 'nobody.localhost']) world.registry.retell(host);
    expect(agent.told).toHaveLength(1);
  });
});
