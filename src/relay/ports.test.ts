import { describe, expect, test } from 'vitest';
import { World } from './registry.testkit.ts';

const TCP = { kind: 'tcp', target: 'tcp://localhost:5432' } as const;

describe('ports', () => {
  test('a TCP exposure gets the first free port, and a listener that finds its agent', async () => {
    const world = new World();
    const agent = world.member('k1');
    const grant = await world.granted(agent, TCP);
    expect(grant).toMatchObject({ kind: 'tcp', url: 'tcp://gw.example:20000', port: 20_000, name: undefined });
    expect(world.listening.get(20_000)?.destination()).toMatchObject({ kind: 'live', opener: agent.opener });
    world.registry.leave(agent);
    expect(world.listening.get(20_000)?.destination().kind).toBe('away');
  });

  test('a UDP exposure gets one as TCP does, and one port is not both', async () => {
    const world = new World();
    const agent = world.member('k1');
    const udp = { kind: 'udp', target: 'udp://localhost:53' } as const;
    expect(await world.granted(agent, udp)).toMatchObject({ kind: 'udp', url: 'udp://gw.example:20000', port: 20_000 });
    expect(await world.granted(agent, { ...TCP, id: 2 })).toMatchObject({ url: 'tcp://gw.example:20001' });
  });

  test('the port asked for is given, within the range of gateway and token', async () => {
    const world = new World();
    const agent = world.member('k1', { ports: [20_001, 20_002] });
    expect((await world.granted(agent, { ...TCP, port: 20_002 })).port).toBe(20_002);
    for (const port of [20_000, 20_003, 22]) {
      expect(await world.expose(agent, { ...TCP, id: 2, port })).toMatchObject([{ code: 'TK-1004' }]);
    }
    expect((await world.granted(agent, { ...TCP, id: 3 })).port).toBe(20_001);
  });

  test('a token whose ports lie outside the range of the gateway gets none', async () => {
    const world = new World();
    expect(await world.expose(world.member('k1', { ports: [1, 2] }), TCP)).toMatchObject([{ code: 'TK-1004' }]);
  });

  test('a port in use is refused when asked for and passed over when not, and nobody holds it', async () => {
    const world = new World();
    world.busy.add(20_000);
    const agent = world.member('k1');
    expect(await world.expose(agent, { ...TCP, port: 20_000 })).toEqual([{ say: 'refused', id: 1, code: 'TK-1006' }]);
    expect((await world.granted(agent, TCP)).port).toBe(20_001);
    expect(await world.holdings.list()).toHaveLength(1);
  });

  test('the same key and target get the same port after a restart, others another', async () => {
    const world = new World();
    await world.granted(world.member('k0'), TCP);
    expect((await world.granted(world.member('k1'), TCP)).port).toBe(20_001);
    await world.restart().load();
    expect((await world.granted(world.member('k1'), TCP)).port).toBe(20_001);
    expect((await world.granted(world.member('k2'), TCP)).port).toBe(20_002);
  });

  test('a port of another account is taken, and its listener stays as it was', async () => {
    const world = new World();
    await world.granted(world.member('k1'), TCP);
    await world.restart().load();
    const thief = world.member('k9', { account: 'evil' });
    expect(await world.expose(thief, { ...TCP, port: 20_000 })).toMatchObject([{ code: 'TK-1006' }]);
    expect(world.listening.size).toBe(0);
  });

  test('a released port in quarantine is passed over and its listener closed', async () => {
    const world = new World();
    await world.granted(world.member('k1'), TCP);
    await world.registry.release('port', '20000');
    expect(world.listening.size).toBe(0);
    const other = world.member('k9', { account: 'other' });
    expect((await world.granted(other, TCP)).port).toBe(20_001);
    expect([...world.listening.keys()]).toEqual([20_001]);
  });

  test('when every port is held the refusal says so', async () => {
    const world = new World();
    const agent = world.member('k1');
    for (let id = 1; id <= 4; id += 1) await world.granted(agent, { ...TCP, id });
    expect(await world.expose(agent, { ...TCP, id: 5 })).toMatchObject([{ code: 'TK-1006' }]);
  });

  test('HTTP from another machine goes by port where there is no domain', async () => {
    const world = new World();
    const grant = await world.granted(world.member('k1', { local: false }));
    expect(grant).toMatchObject({ kind: 'http', url: 'http://gw.example:20000', port: 20_000 });
    expect(world.listening.get(20_000)?.kind).toBe('http');
  });

  test('a port that changes from TCP to HTTP gets another listener', async () => {
    const world = new World();
    await world.granted(world.member('k1'), { ...TCP, port: 20_000 });
    const agent = world.member('k1');
    await world.granted(agent, { kind: 'http', port: 20_000 });
    expect(world.listening.get(20_000)?.kind).toBe('http');
    expect(world.listening.get(20_000)?.destination()).toMatchObject({ opener: agent.opener });
  });

  test('a running port is taken over without closing its listener', async () => {
    const world = new World();
    await world.granted(world.member('k1'), TCP);
    const listener = world.listening.get(20_000);
    const agent = world.member('k1');
    await world.granted(agent, TCP);
    expect(world.listening.get(20_000)).toBe(listener);
    expect(listener?.destination()).toMatchObject({ opener: agent.opener });
  });

  test('no port listens once they are closed', async () => {
    const world = new World();
    await world.granted(world.member('k1'), TCP);
    await world.registry.closePorts();
    expect(world.listening.size).toBe(0);
  });
});
