import { afterEach, describe, expect, test } from 'vitest';
import { limitValues } from '../contract/limits.ts';
import { RelayWorld, type TestAgent } from './relay.testkit.ts';

let world: RelayWorld;
afterEach(() => world.close());

const { idleAgentsAwayMs } = limitValues();

/** Agents that joined a second apart. */
async function joined(count: number): Promise<TestAgent[]> {
  world = await RelayWorld.start();
  const { key } = await world.token('acme');
  const agents: TestAgent[] = [];
  while (agents.length < count) {
    agents.push(await world.join(key));
    await world.pass(1_000);
  }
  return agents;
}

describe('while memory is scarce', () => {
  test('idle agents are sent away, the longest idle first, to come back later and not together', async () => {
    const agents = await joined(6);
    expect(world.relay.shed()).toBe(true);
    await world.settled();
    expect(agents.map(({ end }) => end?.goaway?.code)).toEqual([...Array(4).fill('TK-3020'), undefined, undefined]);
    const returns = agents.slice(0, 4).map(({ end }) => end!.goaway!.comeBackInMs);
    expect(Math.min(...returns)).toBeGreaterThanOrEqual(idleAgentsAwayMs);
    expect(Math.max(...returns)).toBeLessThanOrEqual(2 * idleAgentsAwayMs);
    expect([new Set(returns).size, agents[0]!.end!.goaway!.permanent]).toEqual([4, false]);
    expect(world.events.filter(({ type }) => type === 'shed')).toHaveLength(4);
  });

  test('an agent with streams stays, and has been idle only since the last one ended', async () => {
    const [busy, idle] = await joined(2);
    await world.expose(busy!, { name: 'web' });
    const found = world.relay.destination('web.ex.org');
    const pipe = world.reactor.dial({ host: 'nowhere', port: 1 }, { timeoutMs: 1_000 });
    if (found.kind !== 'live') throw new Error('not published');
    const stream = found.opener.open({ kind: 'tcp', exposure: found.exposure, visitor: 'x:1' }, pipe);
    const idleMs = () => world.relay.status().sessions.map(({ stats }) => stats.idleMs);
    expect([stream?.opened, idleMs()[0]]).toEqual([false, 0]);
    world.relay.shed();
    await world.settled();
    expect([busy!.end, idle!.end?.goaway?.code]).toEqual([undefined, 'TK-3020']);
    await world.pass(5_000);
    expect(idleMs()).toEqual([expect.any(Number)]);
    expect(idleMs()[0]).toBeLessThan(6_000);
  });

  test('no agent is let in, and each is told when to come back', async () => {
    world = await RelayWorld.start();
    const { key } = await world.token('acme');
    world.overload.memory = 'scarce';
    const agent = await world.join(key);
    expect(agent.end?.goaway).toMatchObject({ code: 'TK-3020', permanent: false });
    expect(world.events).toMatchObject([{ type: 'rejected', code: 'TK-3020', bound: 'memoryScarcePercent' }]);
    expect(world.relay.shed()).toBe(false);
    world.overload.memory = 'enough';
    expect((await world.join(key)).welcome).toBeDefined();
  });
});

test('while turns are late no handshake is begun', async () => {
  world = await RelayWorld.start();
  const { key } = await world.token('acme');
  world.overload.late = true;
  expect((await world.join(key)).end?.goaway).toMatchObject({ code: 'TK-4007', permanent: false });
  expect(world.events).toMatchObject([{ type: 'rejected', code: 'TK-4007', bound: 'turnLateMs' }]);
});
