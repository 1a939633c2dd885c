// Drivers of the bounds on what stands before a connection that a load balancer passes on.
import { assertWorks, type Drivers, notBefore } from './driver.testkit.ts';
import { GET } from './visitor.testkit.ts';
import { BALANCER, type LimitWorld } from './world.testkit.ts';

const TIME = 700;
const V1 = 'PROXY TCP4 192.0.2.7 192.0.2.1 50000 80\r\n';

/** A header of version 2 that names nobody, with `bytes` in all. */
function headerOf(bytes: number): Buffer {
  const header = Buffer.alloc(bytes);
  header.write('0d0a0d0a000d0a515549540a20', 'hex');
  header.writeUInt16BE(bytes - 16, 14);
  return header;
}

const passedOn = (world: LimitWorld) => world.visitor('http', BALANCER);

async function isServed(world: LimitWorld, header: string | Buffer): Promise<boolean> {
  return (await passedOn(world).send(header).send(GET).answer()).status === 200;
}

export const BALANCER_DRIVERS = {
  proxyHeaderBytes: {
    limits: { proxyHeaderBytes: 256 },
    async at(world) {
      await world.web();
      assertWorks('a header of 256 bytes', await isServed(world, headerOf(256)));
    },
    async past(world) {
      await passedOn(world).send(headerOf(257)).over;
      return undefined;
    },
  },
  proxyHeaderMs: {
    limits: { proxyHeaderMs: TIME },
    async at(world) {
      await world.web();
      const slow = passedOn(world).send(V1.slice(0, 20));
      assertWorks('somebody else meanwhile', await isServed(world, V1));
      assertWorks('the rest in time', (await slow.send(V1.slice(20) + GET).answer()).status === 200);
    },
    async past(world) {
      await notBefore(TIME, () => passedOn(world).send(V1.slice(0, 20)).over);
      return undefined;
    },
  },
  proxyHeadersPending: {
    limits: { proxyHeadersPending: 3 },
    async at(world) {
      await world.web();
      passedOn(world);
      passedOn(world);
      assertWorks('a third', await isServed(world, V1));
    },
    async past(world) {
      // With the two that still wait, one too many.
      passedOn(world);
      await passedOn(world).over;
      return undefined;
    },
  },
} as const satisfies Drivers;
