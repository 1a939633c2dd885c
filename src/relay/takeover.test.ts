import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exposure, type Probe, World } from './registry.testkit.ts';

const SHOP = { name: 'shop' };
const runner = (world: World, host = 'shop.localhost') => {
  const now = world.registry.destination(host);
  return now.kind === 'live' ? now.opener : now.kind;
};

describe('takeover', () => {
  test('the same key admitted later wins at once, and the old agent is sent home for good', async () => {
    const world = new World();
    const [old, young] = [world.member('k1'), world.member('k1')];
    await world.granted(old, SHOP);
    await world.granted(young, SHOP);
    expect(runner(world)).toBe(young.opener);
    expect(old.told.at(-1)).toEqual({ say: 'replaced' });
  });

  test('the order of admission counts, not the order of asking', async () => {
    const world = new World();
    const [old, young] = [world.member('k1'), world.member('k1')];
    await world.granted(young, SHOP);
    expect(await world.expose(old, SHOP)).toEqual([{ say: 'refused', id: 1, code: 'TK-1008' }]);
    expect(runner(world)).toBe(young.opener);
  });

  test('two processes of one machine with different targets coexist', async () => {
    const world = new World();
    const [one, other] = [world.member('k1'), world.member('k1')];
    const first = await world.granted(one, { target: '3000' });
    const second = await world.granted(other, { target: '4000' });
    expect(first.name).not.toBe(second.name);
    expect([one.told.length, other.told.length]).toEqual([1, 1]);
  });

  test('an agent that lost one of two exposures is told which, and goes on', async () => {
    const world = new World();
    const [old, young] = [world.member('k1'), world.member('k1')];
    await world.granted(old, SHOP);
    await world.granted(old, { id: 2, name: 'blog' });
    await world.granted(young, SHOP);
    expect(old.told.at(-1)).toEqual({ say: 'refused', id: 1, code: 'TK-1008' });
    expect(runner(world, 'blog.localhost')).toBe(old.opener);
    await world.granted(young, { id: 2, name: 'blog' });
    expect(old.told.at(-1)).toEqual({ say: 'replaced' });
  });

  test('an agent that still asks for more is not sent home with its first loss', async () => {
    const world = new World();
    const [old, young] = [world.member('k1'), world.member('k1')];
    await world.granted(old, SHOP);
    world.registry.expose(young, exposure(SHOP));
    world.registry.expose(old, exposure({ id: 2, name: 'blog' }));
    await world.registry.settled();
    expect(old.told.slice(1)).toMatchObject([
      { say: 'refused', id: 1, code: 'TK-1008' },
      { say: 'exposed', grant: { name: 'blog' } },
    ]);
  });

  test('another key of the account takes over only when it says so', async () => {
    const world = new World();
    const [one, other] = [world.member('k1'), world.member('k2')];
    await world.granted(one, SHOP);
    expect(await world.expose(other, SHOP)).toEqual([{ say: 'refused', id: 1, code: 'TK-1007' }]);
    await world.granted(other, { ...SHOP, takeOver: true });
    expect(runner(world)).toBe(other.opener);
    expect(one.told.at(-1)).toEqual({ say: 'replaced' });
  });

  test('another key of the account may have what nobody runs', async () => {
    const world = new World();
    const one = world.member('k1');
    await world.granted(one, SHOP);
    world.registry.leave(one);
    await world.granted(world.member('k2'), SHOP);
  });

  test('another account gets nothing, running or away, also with take-over and after a restart', async () => {
    const world = new World();
    const one = world.member('k1');
    const thief = world.member('k9', { account: 'evil' });
    const refused = [{ say: 'refused', id: 1, code: 'TK-1005' }];
    await world.granted(one, SHOP);
    expect(await world.expose(thief, { ...SHOP, takeOver: true })).toEqual(refused);
    world.registry.leave(one);
    expect(await world.expose(thief, SHOP)).toEqual(refused);
    await world.restart().load();
    expect(await world.expose(thief, SHOP)).toEqual(refused);
  });

  test('a released name ends its exposure and is kept from others during its quarantine', async () => {
    const world = new World();
    const one = world.member('k1');
    const other = world.member('k9', { account: 'other' });
    await world.granted(one, SHOP);
    expect(await world.registry.release('name', 'shop')).toBe(true);
    expect(await world.registry.release('name', 'shop')).toBe(false);
    expect(one.told.at(-1)).toEqual({ say: 'refused', id: 1, code: 'TK-1005' });
    expect(world.registry.destination('shop.localhost').kind).toBe('unknown');
    expect(await world.expose(other, SHOP)).toEqual([{ say: 'refused', id: 1, code: 'TK-1005' }]);
    world.clock.advance(1_000);
    await world.granted(other, SHOP);
  });

  test('an account that ends loses everything it held', async () => {
    const world = new World();
    await world.granted(world.member('k1'), SHOP);
    await world.granted(world.member('k2'), { name: 'blog' });
    await world.granted(world.member('k9', { account: 'other' }), { name: 'theirs' });
    await world.registry.releaseAccount('acme');
    expect(world.registry.status().map((row) => row.value)).toEqual(['theirs']);
  });
});

describe('two processes that fight', () => {
  /** Sessions of one key, each taking the name from the one before. */
  async function fight(world: World, rounds: number): Promise<Probe[]> {
    const members: Probe[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const next = world.member('k1');
      members.push(next);
      await world.granted(next, SHOP);
    }
    return members;
  }

  test('count once for each session, however many exposures it takes', async () => {
    const world = new World();
    for (let round = 0; round < 3; round += 1) {
      const member = world.member('k1');
      for (const id of [1, 2, 3, 4]) await world.granted(member, { id, name: `n${id}` });
    }
    expect(world.registry.quarantinedMs('k1')).toBe(0);
  });

  test('are both quarantined for a minute at the third takeover', async () => {
    const world = new World();
    const members = await fight(world, 3);
    expect(members.map((member) => member.told.at(-1)?.say)).toEqual([
      'replaced',
      'replaced',
      'quarantined',
      'quarantined',
    ]);
    expect(world.registry.quarantinedMs('k1')).toBe(60_000);
    expect(world.events.at(-1)).toMatchObject({ type: 'quarantined', agentKey: 'k1' });
    world.clock.advance(60_000);
    expect(world.registry.quarantinedMs('k1')).toBe(0);
  });
});

test('whatever agents do, each name is run by whom the rules say', async () => {
  const step = fc.record({
    what: fc.constantFrom('expose', 'expose', 'expose', 'leave', 'withdraw', 'join'),
    who: fc.nat(5),
    name: fc.constantFrom('a', 'b', 'c'),
    takeOver: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const world = new World();
      const identities = ['k1', 'k1', 'k2', 'k3', 'k9', 'k9'];
      const join = (who: number) => world.member(identities[who] as string, { account: who > 3 ? 'other' : 'acme' });
      const members = identities.map((_, who) => join(who));
      const owner = new Map<string, string>();
      const runs = new Map<string, Probe>();
      for (const { what, who, name, takeOver } of steps) {
        const member = members[who] as Probe;
        if (what === 'join' || what === 'leave') {
          world.registry.leave(member);
          for (const [held, by] of runs) if (by === member) runs.delete(held);
          members[who] = join(who);
        } else if (what === 'withdraw') {
          world.registry.withdraw(member, name.charCodeAt(0));
          if (runs.get(name) === member) runs.delete(name);
        } else {
          world.registry.expose(member, { ...EXPOSE, id: name.charCodeAt(0), name, takeOver });
          const by = runs.get(name);
          const mine = (owner.get(name) ?? member.account) === member.account;
          const sameKey = by?.agentKey === member.agentKey;
          if (mine && (by === undefined || (sameKey ? by.order <= member.order : takeOver))) {
            owner.set(name, member.account);
            runs.set(name, member);
          }
        }
        await world.registry.settled();
        world.clock.advance(60_000);
      }
      for (const name of ['a', 'b', 'c']) {
        const expected = runs.get(name)?.opener ?? (owner.has(name) ? 'away' : 'unknown');
        expect(runner(world, `${name}.localhost`)).toBe(expected);
      }
    }),
    { numRuns: 1_000 },
  );
});

const EXPOSE = { kind: 'http', target: '3000', port: undefined, auth: undefined, allowIp: [] } as const;
