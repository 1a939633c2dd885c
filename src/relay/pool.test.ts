import { describe, expect, test } from 'vitest';
import type { Stream } from '../contract/stream.ts';
import { ManualClock } from './manual-clock.testkit.ts';
import { Pool, type Seat } from './pool.ts';
import { NO_PIPE, type Probe, World } from './registry.testkit.ts';

const SHOP = { name: 'shop', pool: true };
const HEAD = { kind: 'http', exposure: 0, visitor: '' } as const;

/** Agents whose streams stay; `full` take none. */
function seats(count: number) {
  const asked: number[] = [];
  const streams: Stream[] = [];
  const full = new Set<number>();
  const all = Array.from({ length: count }, (_, at): Seat => {
    const opener = {
      streams: 0,
      open: ({ exposure: number }: { exposure: number }) => {
        asked.push(number);
        if (full.has(number)) return undefined;
        const stream: Stream = { id: asked.length, opened: false, unreached: undefined, cancel: () => {} };
        streams.push(stream);
        return stream;
      },
    };
    return { opener, exposure: at + 1 };
  });
  return { all, asked, streams, full };
}

describe('the streams of a pool', () => {
  test('go to its members in turn, each under the number that it gave', () => {
    const pool = new Pool(new ManualClock(), 1_000);
    const { all, asked } = seats(3);
    pool.seat(all);
    for (let i = 0; i < 6; i += 1) pool.open(HEAD, NO_PIPE);
    expect(asked.toSorted()).toEqual([1, 1, 2, 2, 3, 3]);
    expect(asked.slice(0, 3).toSorted()).toEqual([1, 2, 3]);
  });

  test('go around a member that did not reach its service, for a while, though its membership changes', () => {
    const clock = new ManualClock();
    const pool = new Pool(clock, 1_000);
    const { all, asked, streams } = seats(3);
    pool.seat(all);
    pool.open(HEAD, NO_PIPE);
    streams[0]!.unreached!();
    const [failed] = asked;
    pool.seat(all.filter(({ exposure: number }) => number === failed || number === (failed! % 3) + 1));
    for (let i = 0; i < 4; i += 1) pool.open(HEAD, NO_PIPE);
    expect(asked.slice(1)).not.toContain(failed);
    clock.advance(1_000);
    for (let i = 0; i < 2; i += 1) pool.open(HEAD, NO_PIPE);
    expect(asked.slice(5)).toContain(failed);
  });

  test('find another member where one takes none, and none where all are full', () => {
    const pool = new Pool(new ManualClock(), 1_000);
    const { all, full } = seats(2);
    pool.seat(all);
    full.add(1);
    expect([pool.open(HEAD, NO_PIPE), pool.open(HEAD, NO_PIPE)]).not.toContain(undefined);
    full.add(2);
    expect(pool.open(HEAD, NO_PIPE)).toBeUndefined();
  });

  test('have a spare member as long as one has not just failed', () => {
    const pool = new Pool(new ManualClock(), 1_000);
    const { all, streams } = seats(2);
    pool.seat(all);
    for (const spare of [true, false]) {
      pool.open(HEAD, NO_PIPE);
      streams.at(-1)!.unreached!();
      expect(pool.spare).toBe(spare);
    }
  });
});

describe('agents that share a name', () => {
  const join = async (world: World, key: string, changes = {}): Promise<Probe> => {
    const member = world.member(key);
    await world.granted(member, { ...SHOP, ...changes });
    return member;
  };

  test('are told of in the status, and each has the same URL', async () => {
    const world = new World();
    const members = [await join(world, 'k1'), await join(world, 'k2', { id: 7 })];
    expect(members.map(({ told }) => told)).toMatchObject(
      [1, 7].map((id) => [{ grant: { id, url: 'http://shop.localhost:8080' } }]),
    );
    expect(world.registry.status()).toMatchObject([{ value: 'shop', pool: true, agents: ['k1', 'k2'] }]);
  });

  test('are never sent home by a newcomer, and a member that leaves costs the others nothing', async () => {
    const world = new World();
    const [one, two, three] = [await join(world, 'k1'), await join(world, 'k2'), await join(world, 'k3')];
    world.registry.leave(two!);
    expect([one, three].map(({ told }) => told.length)).toEqual([1, 1]);
    expect(world.registry.status()).toMatchObject([{ agents: ['k1', 'k3'] }]);
    world.registry.leave(one!);
    expect(world.registry.destination('shop.localhost')).toMatchObject({ opener: three!.opener, exposure: 1 });
  });

  test('lose a member only to its own key, which says nothing to the others', async () => {
    const world = new World();
    const [old, other] = [await join(world, 'k1'), await join(world, 'k2')];
    await join(world, 'k1');
    expect(old.told.at(-1)).toEqual({ say: 'replaced' });
    expect(other.told.length).toBe(1);
    expect(world.registry.status()).toMatchObject([{ agents: ['k2', 'k1'] }]);
  });

  test('are joined without asking the store, so that a full disk keeps nobody out', async () => {
    const world = new World();
    await join(world, 'k1');
    const { count } = world.holdings.writes;
    await join(world, 'k2');
    await join(world, 'k1');
    expect(world.holdings.writes.count).toBe(count);
  });

  test('refuse who does not share, and all of them lose to who takes over', async () => {
    const world = new World();
    const members = [await join(world, 'k1'), await join(world, 'k2')];
    const stranger = world.member('k3');
    expect(await world.expose(stranger, { name: 'shop' })).toEqual([{ say: 'refused', id: 1, code: 'TK-1007' }]);
    await world.granted(stranger, { name: 'shop', takeOver: true });
    expect(members.map(({ told }) => told.at(-1))).toEqual([{ say: 'replaced' }, { say: 'replaced' }]);
    expect(world.registry.status()).toMatchObject([{ pool: false, agents: ['k3'] }]);
  });

  test('are all told when the operator releases it, and of a better URL', async () => {
    const world = new World();
    const members = [await join(world, 'k1'), await join(world, 'k2')];
    world.grounds = { trusts: () => true, httpsPort: 443 };
    world.registry.retell('shop.localhost');
    for (const { told } of members) expect(told.at(-1)).toMatchObject({ grant: { url: 'https://shop.localhost' } });
    await world.registry.release('name', 'shop');
    for (const { told } of members) expect(told.at(-1)).toMatchObject({ say: 'refused', code: 'TK-1005' });
    expect(world.registry.destination('shop.localhost').kind).toBe('unknown');
  });

  test('serve whoever waited when the first of them comes', async () => {
    const world = new World();
    world.registry.leave(await join(world, 'k1'));
    const told: unknown[] = [];
    const away = world.registry.destination('shop.localhost');
    if (away.kind === 'away') away.wait((now) => told.push(now.opener));
    const back = await join(world, 'k2');
    expect(told).toEqual([back.opener]);
  });

  test('share a port by its number, and nothing without one', async () => {
    const world = new World();
    const port = { kind: 'tcp', pool: true, port: 20_001 } as const;
    const members = [world.member('k1'), world.member('k2')];
    for (const member of members) await world.granted(member, port);
    expect(world.registry.status()).toMatchObject([{ kind: 'port', agents: ['k1', 'k2'] }]);
    for (const nothing of [{ ...port, port: undefined }, { pool: true }]) {
      expect(await world.expose(members[0]!, { ...nothing, id: 9 })).toEqual([
        { say: 'refused', id: 9, code: 'TK-5002' },
      ]);
    }
  });
});
