// Drivers of the bounds on the process as a whole: memory and time as the test says they are.
import { assertWorks, type Drivers, until } from './driver.testkit.ts';
import { authenticate, begun, farewell, link } from './links.testkit.ts';
import { GET } from './visitor.testkit.ts';
import type { LimitWorld } from './world.testkit.ts';

const LOOK = { overloadLookMs: 20 };

/** So full, and the gateway has looked since. */
async function fill(world: LimitWorld, percent: number): Promise<void> {
  world.vitals.full = percent;
  const { looks } = world.vitals;
  await until(() => world.vitals.looks > looks + 1);
}

async function delay(world: LimitWorld, lateMs: number): Promise<void> {
  world.vitals.lateMs = lateMs;
  await fill(world, world.vitals.full);
}

export const OVERLOAD_DRIVERS = {
  memoryShortPercent: {
    limits: LOOK,
    async at(world) {
      await world.web();
      await fill(world, 84.9);
      assertWorks('a stream', (await world.visitor().send(GET).answer()).status === 200);
    },
    async past(world) {
      await fill(world, 85);
      return (await world.visitor().send(GET).answer()).code;
    },
  },
  memoryScarcePercent: {
    limits: LOOK,
    async at(world) {
      const idle = await authenticate(world);
      await fill(world, 94.9);
      assertWorks('an idle agent', idle.ended === 'open');
      idle.close();
      await until(() => world.gateway.status().sessions.length === 0);
    },
    async past(world) {
      const idle = await authenticate(world).finally(() => fill(world, 95));
      return farewell(idle);
    },
  },
  turnLateMs: {
    limits: LOOK,
    async at(world) {
      await delay(world, 200);
      assertWorks('a handshake', (await begun(world)).names.includes('HELLO'));
    },
    async past(world) {
      await delay(world, 201);
      return farewell(link(world));
    },
  },
} as const satisfies Drivers;
