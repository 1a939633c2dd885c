import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exposure, NO_PIPE, type Probe, World } from './registry.testkit.ts';

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

test('a process that comes back while its old link lives on fights with nobody, however often it does', async () => {
  const world = new World();
  for (let back = 0; back < 10; back += 1) await world.granted(world.member('k1', { run: 'one' }), SHOP);
  expect(world.registry.quarantinedMs('k1')).toBe(0);
  for (const run of ['two', 'one', 'two']) await world.granted(world.member('k1', { run }), SHOP);
  expect(world.registry.quarantinedMs('k1')).toBe(60_000);
});

/** What the rules say, in the fewest words: names are lists of who runs them. */
class Model {
  readonly owner = new Map<string, string>();
  readonly runs = new Map<string, readonly { member: Probe; pool: boolean }[]>();

  leave(member: Probe, only?: string): void {
    for (const [name, by] of this.runs) {
      if (only === undefined || only === name)
        this.runs.set(
          name,
          by.filter((one) => one.member !== member),
        );
    }
  }

  expose(member: Probe, name: string, pool: boolean, takeOver: boolean): void {
    const by = this.runs.get(name) ?? [];
    const others = by.filter((one) => one.member.agentKey !== member.agentKey);
    const mine = (this.owner.get(name) ?? member.account) === member.account;
    const isNewest = by.every((one) => others.includes(one) || one.member.order <= member.order);
    const shared = pool && others.every((one) => one.pool);
    if (!mine || !isNewest || (others.length > 0 && !shared && !takeOver)) return;
    this.owner.set(name, member.account);
    this.runs.set(name, [...(shared ? others : []), { member, pool }]);
  }

  /** Under which names of openers visits are served. */
  served(name: string): string[] | 'away' | 'unknown' {
    const by = this.runs.get(name) ?? [];
    if (by.length > 0) return by.map(({ member }) => member.opener.name).toSorted();
    return this.owner.has(name) ? 'away' : 'unknown';
  }
}

/** Whom a dozen streams to it are given to. */
function serversOf(world: World, members: readonly Probe[], host: string): string[] | 'away' | 'unknown' {
  const now = world.registry.destination(host);
  if (now.kind !== 'live') return now.kind;
  for (const { opener } of members) opener.asked = 0;
  for (let i = 0; i < 12; i += 1) now.opener.open({ kind: 'tcp', exposure: now.exposure, visitor: '' }, NO_PIPE);
  return members.flatMap(({ opener }) => (opener.asked > 0 ? [opener.name] : [])).toSorted();
}

test('whatever agents do, each name is run by whom the rules say', async () => {
  const step = fc.record({
    what: fc.constantFrom('expose', 'expose', 'expose', 'leave', 'withdraw', 'join'),
    who: fc.nat(6),
    name: fc.constantFrom('a', 'b', 'c'),
    takeOver: fc.boolean(),
    pool: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const world = new World();
      const identities = ['k1', 'k1', 'k2', 'k3', 'k4', 'k9', 'k9'];
      const join = (who: number) => world.member(identities[who] as string, { account: who > 4 ? 'other' : 'acme' });
      const members = identities.map((_, who) => join(who));
      const model = new Model();
      for (const { what, who, name, takeOver, pool } of steps) {
        const member = members[who] as Probe;
        const id = name.charCodeAt(0);
        if (what === 'join' || what === 'leave') {
          world.registry.leave(member);
          model.leave(member);
          members[who] = join(who);
        } else if (what === 'withdraw') {
          world.registry.withdraw(member, id);
          model.leave(member, name);
        } else {
          world.registry.expose(member, exposure({ id, name, takeOver, pool }));
          model.expose(member, name, pool, takeOver);
        }
        await world.registry.settled();
        world.clock.advance(60_000);
      }
      for (const name of ['a', 'b', 'c']) {
        expect(serversOf(world, members, `${name}.localhost`)).toEqual(model.served(name));
      }
      for (const member of members) world.registry.leave(member);
      expect(members.map(({ leases }) => leases.size)).toEqual(members.map(() => 0));
    }),
    { numRuns: 1_000 },
  );
});
