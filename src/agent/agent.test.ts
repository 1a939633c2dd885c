import { describe, expect, it, vi } from 'vitest';
import type { Goaway } from '../protocol/goaway.ts';
import { Session } from '../session/session.ts';
import { exposure, World } from './gateway.testkit.ts';

const goaway = (code: Goaway['code'], permanent: boolean, comeBackInMs = 0): Goaway => ({
  code,
  permanent,
  comeBackInMs,
  seen: 'why',
});
const WEB = exposure('3000', { name: 'web' });
const DB = exposure('tcp://localhost:5432', { port: 20_001 });

describe('an agent whose gateway is up', () => {
  it('is admitted, announces everything and tells of it in order', async () => {
    const world = new World();
    await world.up();
    world.start([WEB, DB]);
    await world.settle();
    expect(world.events.map(({ type }) => type)).toEqual(['connecting', 'connected', 'exposed', 'exposed']);
    expect(world.live.announced.map(({ target, name, port }) => [target, name, port])).toEqual([
      ['http://localhost:3000', 'web', undefined],
      ['tcp://localhost:5432', undefined, 20_001],
    ]);
    expect(world.told('exposed')[0]).toMatchObject({ exposure: WEB, grant: { url: 'http://web.gw' } });
    expect(world.outcome).toBe('running');
  });

  it('announces no UDP service to a gateway that knows no datagrams, and says so', async () => {
    const world = new World();
    await world.up();
    const knows = vi.spyOn(Session.prototype, 'carriesDatagrams', 'get').mockReturnValue(false);
    world.start([exposure('udp://localhost:53')]);
    await world.settle();
    knows.mockRestore();
    expect([world.told('refused')[0], world.outcome]).toEqual([
      expect.objectContaining({ code: 'TK-1003' }),
      'TK-1003',
    ]);
    expect(world.sessions[0]?.announced).toEqual([]);
  });

  it('withdraws and announces only what changed', async () => {
    const world = new World();
    await world.up();
    const agent = world.start([WEB, DB]);
    await world.settle();
    agent.setExposures([DB, exposure('3001')]);
    await world.settle();
    expect(world.live.withdrawn).toEqual([1]);
    expect(world.live.announced.map(({ id, target }) => [id, target])).toEqual([
      [1, 'http://localhost:3000'],
      [2, 'tcp://localhost:5432'],
      [3, 'http://localhost:3001'],
    ]);
  });

  it('says goodbye when it is stopped, and is over', async () => {
    const world = new World();
    await world.up();
    const agent = world.start([WEB]);
    await world.settle();
    void agent.stop(1_000);
    await world.settle();
    expect(world.outcome).toBe('stopped');
    expect(world.sessions[0]).toMatchObject({ drained: true, end: { cause: 'goaway', goaway: { code: 'draining' } } });
  });
});

describe('an agent whose gateway goes away', () => {
  it.each([500, 5_000, 20_000])(
    'is back within max(2 s, outage) of an outage of %i ms, with the same exposures',
    async (outage) => {
      const world = new World();
      await world.up();
      world.start([WEB, DB]);
      await world.pass(world.limits.sessionSettledMs);
      const lostAt = world.clock.now();
      await world.down();
      expect(world.told('lost')).toMatchObject([{ code: 'TK-4003' }]);
      await world.pass(outage);
      await world.up();
      await world.pass(Math.max(2_000, outage));
      expect(world.sessions.length).toBe(2);
      expect(world.live.announced.map(({ target }) => target)).toEqual([
        'http://localhost:3000',
        'tcp://localhost:5432',
      ]);
      expect(world.dialledAt[1]! - lostAt).toBeLessThanOrEqual(world.limits.retryFirstMs + 100);
      expect(world.outcome).toBe('running');
    },
  );

  it('never gives up', async () => {
    const world = new World();
    await world.up();
    world.start([WEB]);
    await world.settle();
    await world.down();
    await world.pass(600_000, 100);
    const gaps = world.dialledAt.slice(1).map((at, i) => at - world.dialledAt[i]!);
    expect(world.outcome).toBe('running');
    expect(Math.max(...gaps)).toBeLessThanOrEqual(30_200);
    expect(gaps.length).toBeGreaterThan(20);
  });

  it('notices a gateway that is silent, and looks for it again', async () => {
    const world = new World();
    await world.up();
    world.start([WEB]);
    await world.settle();
    world.reactor.stall(world.live.link);
    await world.pass(16_000, 100);
    expect(world.told('lost')).toMatchObject([{ code: 'TK-4003' }]);
    expect(world.told('connected').length).toBe(2);
  });

  it('makes the next session beside a draining one, at the time it was given', async () => {
    const world = new World();
    await world.up();
    world.start([DB]);
    await world.pass(world.limits.sessionSettledMs);
    const [first] = world.sessions;
    const origin = await world.origin(5432);
    // A stream keeps the old session alive.
    const visitor = await world.visit(first!, { kind: 'tcp', exposure: 1 });
    visitor.write('before');
    const toldAt = world.clock.now();
    first!.session.goaway(goaway('draining', false, 3_000));
    await world.pass(4_000, 100);
    expect(world.dialledAt[1]! - toldAt).toBeGreaterThanOrEqual(3_000);
    expect([world.sessions.length, first!.end]).toEqual([2, undefined]);
    // The new session has taken the exposure over, and the old one is told.
    first!.session.send({ type: 'expose-refused', id: 1, code: 'TK-1008', seen: '' });
    await world.settle();
    expect(world.outcome).toBe('running');
    visitor.write(' after');
    visitor.finish();
    await world.settle();
    expect(origin[0]).toMatchObject({ received: 'before after', end: 'end' });
    origin[0]!.finish();
    await world.settle();
    expect(visitor.end).toBe('end');
    expect(first!.end).toBeDefined();
    expect([world.sessions.length, world.live.end]).toEqual([2, undefined]);
  });
});

describe('an agent that is refused', () => {
  it.each(['TK-1001', 'TK-1003', 'TK-1011'] as const)('for good with %s ends with it', async (code) => {
    const world = new World();
    world.admission = goaway(code, true);
    await world.up();
    world.start([WEB]);
    await world.settle();
    expect(world.outcome).toBe(code);
    expect(world.told('refused')).toEqual([
      { type: 'refused', exposure: undefined, code, seen: 'why', permanent: true },
    ]);
    await world.pass(60_000, 1_000);
    expect(world.dialledAt.length).toBe(1);
  });

  it('for now comes back when it was told to', async () => {
    const world = new World();
    world.admission = goaway('TK-4007', false, 10_000);
    await world.up();
    world.start([WEB], { patient: false });
    await world.settle();
    world.admission = { session: 's', publicHost: 'gw', account: 'a' };
    await world.pass(9_900, 100);
    expect(world.dialledAt.length).toBe(1);
    await world.pass(600, 100);
    expect(world.told('connected').length).toBe(1);
  });

  it('by replacement stops and does not come back', async () => {
    const world = new World();
    await world.up();
    world.start([WEB]);
    await world.settle();
    world.live.session.close(goaway('TK-1008', true));
    await world.settle();
    expect(world.outcome).toBe('TK-1008');
    expect(world.events.at(-1)).toEqual({ type: 'replaced' });
    await world.pass(60_000, 1_000);
    expect(world.dialledAt.length).toBe(1);
  });

  it('in all its exposures ends; in some of them it goes on', async () => {
    const world = new World();
    world.refusals = ({ name }) => (name === 'web' ? 'TK-1005' : undefined);
    await world.up();
    const agent = world.start([WEB, DB]);
    await world.settle();
    expect(world.told('refused')).toMatchObject([{ exposure: WEB, code: 'TK-1005', permanent: true }]);
    expect(world.outcome).toBe('running');
    agent.setExposures([WEB]);
    await world.settle();
    agent.setExposures([exposure('3000', { name: 'web', takeOver: true })]);
    await world.settle();
    expect(world.outcome).toBe('TK-1005');
  });

  it('because what it asks for is not right ends, since asking again changes nothing', async () => {
    const world = new World();
    world.refusals = 'TK-5002';
    await world.up();
    world.start([WEB]);
    await world.settle();
    expect(world.outcome).toBe('TK-5002');
  });

  it('in an exposure for a reason that passes announces it again', async () => {
    const world = new World();
    world.refusals = 'TK-8002';
    await world.up();
    world.start([WEB, DB]);
    await world.settle();
    expect(world.told('refused')).toMatchObject([{ permanent: false }, { permanent: false }]);
    world.refusals = undefined;
    await world.pass(31_000, 500);
    expect(world.told('exposed').length).toBe(2);
    expect(world.outcome).toBe('running');
  });
});

describe('an agent whose first dial fails', () => {
  it('ends with the reason when it is not patient, and waits when it is', async () => {
    for (const patient of [false, true]) {
      const world = new World();
      world.start([WEB], { patient });
      await world.settle();
      expect(world.outcome).toBe(patient ? 'running' : 'TK-4001');
      await world.up();
      await world.pass(2_000);
      expect(world.told('connected').length).toBe(patient ? 1 : 0);
    }
  });

  it('does not take one gateway for another, nor shows it anything', async () => {
    const world = new World();
    await world.up();
    const seen: Buffer[] = [];
    const trust = { insecure: true, gatewayPin: () => 'sha256-x', remember: (key: Buffer) => void seen.push(key) };
    world.start([WEB], { trust: { ...trust, pin: 'sha256-y' } });
    await world.settle();
    expect(world.outcome).toBe('TK-1002');
    expect(world.sessions[0]).toMatchObject({ announced: [], end: { cause: 'refused' } });
    expect(seen).toEqual([]);
  });
});

describe('an agent whose machine slept or moved', () => {
  it('keeps a session that answers at once', async () => {
    const world = new World();
    await world.up();
    world.start([WEB]);
    await world.pass(3_000, 100);
    world.clock.sleptMs = 60_000;
    await world.pass(3_000, 100);
    world.addresses = '198.51.100.1';
    await world.pass(3_000, 100);
    expect(world.told('connected').length).toBe(1);
  });

  it('is back within 3 s when its session is dead', async () => {
    const world = new World();
    await world.up();
    world.start([WEB]);
    await world.pass(3_000, 100);
    world.reactor.stall(world.live.link);
    world.addresses = '198.51.100.1';
    await world.pass(3_000, 100);
    expect(world.told('connected').length).toBe(2);
  });

  it('is back as soon as its session did not answer, although it was admitted only a moment ago', async () => {
    const world = new World();
    await world.up();
    world.start([WEB], { random: () => 0.999 });
    await world.pass(1_000, 100);
    world.reactor.stall(world.live.link);
    world.addresses = '198.51.100.1';
    await world.pass(world.limits.wakeLookMs + world.limits.wakeProbeMs + 100, 50);
    expect(world.told('connected').length).toBe(2);
    await world.down();
    expect(world.told('retrying').at(-1)).toEqual({ type: 'retrying', inMs: expect.closeTo(1_498, -1) });
  });

  it('does not wait out a pause, nor a dial that leads nowhere', async () => {
    const world = new World();
    await world.up();
    world.start([WEB], { random: () => 0.999 });
    await world.settle();
    await world.down();
    await world.pass(100_000, 500);
    await world.up();
    world.clock.sleptMs += 60_000;
    await world.pass(1_500, 100);
    expect(world.told('connected').length).toBe(2);
  });
});

describe('an agent that is stopped', () => {
  it('lets streams end within the grace, and cuts what is left then', async () => {
    const world = new World();
    await world.up();
    const agent = world.start([DB]);
    await world.settle();
    const origin = await world.origin(5432);
    const [first, second] = [
      await world.visit(world.live, { kind: 'tcp', exposure: 1 }),
      await world.visit(world.live, { kind: 'tcp', exposure: 1 }),
    ];
    void agent.stop(5_000);
    await world.pass(4_000, 500);
    first.write('last words');
    first.finish();
    origin[0]!.finish();
    await world.settle();
    expect([origin[0]!.received, first.end, world.outcome]).toEqual(['last words', 'end', 'running']);
    await world.pass(1_500, 500);
    expect([second.end, world.outcome]).toEqual(['cut', 'stopped']);
  });

  it('while it waits or dials ends at once', async () => {
    for (const listening of [false, true]) {
      const world = new World();
      if (listening) await world.up();
      const agent = world.start([WEB]);
      if (!listening) await world.pass(60_000, 1_000);
      void agent.stop(30_000);
      await world.settle();
      expect(world.outcome).toBe('stopped');
    }
  });
});
