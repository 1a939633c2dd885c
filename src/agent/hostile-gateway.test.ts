import { describe, expect, it } from 'vitest';
import { SPELLINGS } from '../conformance/spellings.ts';
import type { Address } from '../contract/reactor.ts';
import { STREAM_CODE } from '../contract/stream.ts';
import { exposure, World } from './gateway.testkit.ts';
import { request } from './origin/visit.testkit.ts';

/** An agent with a web site (exposure 1) and a database (2) on this machine, and who came to each. */
async function running() {
  const world = new World();
  await world.up();
  const agent = world.start([exposure('3000'), exposure('tcp://localhost:5432')]);
  const came = [await world.origin(3000), await world.origin(5432), await world.origin(22)].map(
    (list) => () => list.length,
  );
  await world.settle();
  return { world, agent, came: () => came.map((count) => count()) };
}

describe('a stream that a gateway opens (X22, X27)', () => {
  it('reaches the origin of its exposure', async () => {
    const { world, came } = await running();
    const visitor = await world.visit(world.live, { kind: 'tcp', exposure: 2 });
    expect([came(), visitor.end]).toEqual([[0, 1, 0], undefined]);
  });

  it.each([
    ['of an exposure that is not there', { kind: 'tcp', exposure: 99 } as const],
    ['of the number 0', { kind: 'tcp', exposure: 0 } as const],
    ['of TCP to a web site', { kind: 'tcp', exposure: 1 } as const],
    ['of UDP to a web site', { kind: 'udp', exposure: 1 } as const],
    ['of UDP to a database', { kind: 'udp', exposure: 2 } as const],
    ['of HTTP to a database', { kind: 'http', exposure: 2, request: request() } as const],
    [
      'with the address of another host',
      { kind: 'http', exposure: 2, request: request({ authority: 'localhost:22' }) } as const,
    ],
  ])('%s is refused, and nothing is dialled', async (_name, head) => {
    const { world, came } = await running();
    const visitor = await world.visit(world.live, head);
    expect([visitor.end, visitor.code, came()]).toEqual(['cut', STREAM_CODE.refused, [0, 0, 0]]);
  });

  it('dials its own origin whatever host the request names', async () => {
    const { world, came } = await running();
    await world.visit(world.live, { kind: 'http', exposure: 1, request: request({ authority: '169.254.169.254' }) });
    await world.visit(world.live, { kind: 'http', exposure: 1, request: request({ authority: 'localhost:22' }) });
    expect(came()).toEqual([2, 0, 0]);
  });

  it('dials nothing else, however this machine or a metadata service is spelled, in the host and in the path', async () => {
    const { world } = await running();
    const dialled: Address[] = [];
    const dial = world.reactor.dial.bind(world.reactor);
    world.reactor.dial = (to, options) => {
      // Visitors of this world come by themselves.
      if (!('host' in to && to.host === 'gw')) dialled.push(to);
      return dial(to, options);
    };
    for (const name of SPELLINGS) {
      const asked = [{ authority: name }, { path: `http://${name}/` }, { authority: name, path: `//${name}/` }];
      for (const changes of asked)
        await world.visit(world.live, { kind: 'http', exposure: 1, request: request(changes) });
    }
    expect(SPELLINGS.length).toBeGreaterThanOrEqual(40);
    expect(dialled.length).toBeGreaterThanOrEqual(SPELLINGS.length);
    expect(dialled.filter((to) => !('port' in to && to.port === 3000))).toEqual([]);
  });

  it('of an exposure that was withdrawn, or refused, is refused', async () => {
    const { world, agent, came } = await running();
    agent.setExposures([exposure('3000')]);
    await world.settle();
    const visitor = await world.visit(world.live, { kind: 'tcp', exposure: 2 });
    expect(visitor.code).toBe(STREAM_CODE.refused);
    world.refusals = 'TK-1006';
    agent.setExposures([exposure('3000'), exposure('tcp://localhost:22')]);
    await world.settle();
    expect((await world.visit(world.live, { kind: 'tcp', exposure: 3 })).code).toBe(STREAM_CODE.refused);
    expect(came()).toEqual([0, 0, 0]);
  });

  it('of an exposure that was announced and not granted is refused', async () => {
    const world = new World();
    world.mute = true;
    await world.up();
    world.start([exposure('tcp://localhost:5432')]);
    const came = await world.origin(5432);
    await world.settle();
    expect(world.live.announced.length).toBe(1);
    expect((await world.visit(world.live, { kind: 'tcp', exposure: 1 })).code).toBe(STREAM_CODE.refused);
    expect(came.length).toBe(0);
  });

  it('tells of an origin that is down', async () => {
    const world = new World();
    await world.up();
    world.start([exposure('tcp://localhost:5432')]);
    await world.settle();
    expect((await world.visit(world.live, { kind: 'tcp', exposure: 1 })).code).toBe(STREAM_CODE.originRefused);
    const origin = await world.origin(5432);
    await world.visit(world.live, { kind: 'tcp', exposure: 1 });
    expect(origin.length).toBe(1);
  });
});

it('answers about exposures nobody announced mean nothing', async () => {
  const { world, came } = await running();
  const { session } = world.live;
  session.send({ type: 'exposed', id: 77, kind: 'tcp', url: 'tcp://gw:1', name: undefined, port: 1 });
  session.send({ type: 'expose-refused', id: 78, code: 'TK-1005', seen: '' });
  await world.settle();
  expect((await world.visit(world.live, { kind: 'tcp', exposure: 77 })).code).toBe(STREAM_CODE.refused);
  expect([world.outcome, came()]).toEqual(['running', [0, 0, 0]]);
});
