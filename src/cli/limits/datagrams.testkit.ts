// Drivers of the bounds on UDP exposures. Visitors and gateway share this process: what is said in one go has arrived before the
// session's next turn.
import { UdpEnd } from '../program/udp.testkit.ts';
import { assertWorks, type Drivers, notBefore, until } from './driver.testkit.ts';
import { HOST, type LimitWorld } from './world.testkit.ts';

/** Long enough for a busy machine to do in it what is quick. */
const TIME = 700;

/** An exposed service that says back what it hears, and its public port. */
export async function exposedEcho(world: LimitWorld): Promise<number> {
  const service = await UdpEnd.bind();
  service.socket.on('message', (bytes, { port }) => service.send(port, bytes));
  world.also(() => service.close());
  const { heard } = await world.agent({ echo: `udp://${HOST}:${service.port}` });
  return Number(new URL((await heard('exposed')).grant.url).port);
}

async function visitor(world: LimitWorld): Promise<UdpEnd> {
  const end = await UdpEnd.bind();
  world.also(() => end.close());
  return end;
}

const ports = new WeakMap<LimitWorld, number>();

/** Says so many of so many bytes at once, and resolves with the next answer. */
async function say(world: LimitWorld, count: number, bytes = 1): Promise<Buffer> {
  const end = await visitor(world);
  for (let nth = 1; nth < count; nth++) end.send(ports.get(world)!, Buffer.alloc(bytes));
  return end.ask(ports.get(world)!, Buffer.alloc(bytes));
}

async function expose(world: LimitWorld): Promise<void> {
  ports.set(world, await exposedEcho(world));
}

export const DATAGRAM_DRIVERS = {
  udpFlows: {
    limits: { udpFlows: 2 },
    async at(world) {
      await expose(world);
      for (const _ of [1, 2]) assertWorks('a flow', (await say(world, 1)).length === 1);
    },
    async past(world) {
      (await visitor(world)).send(ports.get(world)!, Buffer.alloc(1));
      return undefined;
    },
  },
  udpFlowIdleMs: {
    limits: { udpFlowIdleMs: TIME },
    isCounted: false,
    async at(world) {
      await expose(world);
      assertWorks('a flow', (await say(world, 1)).length === 1);
    },
    past: (world) =>
      notBefore(TIME - 100, async () => {
        await say(world, 1);
        await until(() => world.gateway.status().visitors === 0);
        return undefined;
      }),
  },
  udpFlowDatagrams: {
    limits: { udpFlowDatagrams: 3 },
    async at(world) {
      await expose(world);
      assertWorks('three at once', (await say(world, 3)).length === 1);
    },
    async past(world) {
      await say(world, 4);
      return undefined;
    },
  },
  udpQueueBytes: {
    limits: { udpQueueBytes: 1_000 },
    async at(world) {
      await expose(world);
      assertWorks('all of it', (await say(world, 1, 1_000)).length === 1_000);
    },
    async past(world) {
      (await visitor(world)).send(ports.get(world)!, Buffer.alloc(1_001));
      return undefined;
    },
  },
} as const satisfies Drivers;
