// What every transport keeps, whatever carries it. Runs on real sockets; a ground says how the two ends meet.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GatewayTarget, Link, Transport } from '../contract/link.ts';
import type { PipeCause } from '../contract/pipe.ts';
import { LinkEnd, type LinkEndPlan } from './link-end.testkit.ts';

/** Two ends that can meet, and the network between them. */
export interface Ground {
  readonly transport: Transport;
  readonly target: GatewayTarget;
  /** The link that arrived at the gateway. */
  next(): Promise<Link>;
  /** Resets the network between the two. */
  cut(): void;
  close(): Promise<void>;
}

export interface Capabilities {
  readonly halfClose: boolean;
  /** `equal`: TLS runs end to end; `dialled`: it ends before the gateway; `none`: there is none. */
  readonly exporter: 'equal' | 'dialled' | 'none';
}

const MEBIBYTE = 1_048_576;
const never = new AbortController().signal;
/** What one connection's two sockets may grow to hold by themselves, as this machine is set. */
const KERNEL_BYTES = kernelBytesMax('rmem') + kernelBytesMax('wmem');
/** Two connections where a proxy stands between, and what programs keep; beyond this the writer was not stopped. */
const HELD_BYTES_MAX = 2 * KERNEL_BYTES + 8 * MEBIBYTE;

export function transportSuite(name: string, can: Capabilities, makeGround: () => Promise<Ground>): void {
  describe(`a link over ${name}`, () => {
    let ground: Ground;
    let before: number;

    beforeEach(async () => {
      before = openHandles();
      ground = await makeGround();
    });

    afterEach(async () => {
      await ground.close();
      await expect.poll(openHandles, { timeout: 10_000, interval: 20 }).toBeLessThanOrEqual(before);
    });

    async function meet(): Promise<{ agent: Link; gateway: Link }> {
      const arriving = ground.next();
      const agent = await ground.transport.dial(ground.target, never);
      return { agent, gateway: await arriving };
    }

    async function exchange(agentPlan: Partial<LinkEndPlan>, gatewayPlan: Partial<LinkEndPlan>) {
      const { agent, gateway } = await meet();
      return {
        agent: new LinkEnd(agent, { sendKey: 1, receiveKey: 2, sendBytes: 0, ...agentPlan }),
        gateway: new LinkEnd(gateway, { sendKey: 2, receiveKey: 1, sendBytes: 0, ...gatewayPlan }),
      };
    }

    it('carries 10 MiB each way at once, byte-exact', async () => {
      const sendBytes = 10 * MEBIBYTE;
      const { agent, gateway } = await exchange({ sendBytes }, { sendBytes });
      await Promise.all([agent.arrived(sendBytes), gateway.arrived(sendBytes)]);
      expect([agent.wrongAt, gateway.wrongAt]).toEqual([undefined, undefined]);
      agent.link.reset();
      expect(await gateway.over).toBe('reset');
    });

    it('carries bytes one at a time', async () => {
      const sendBytes = 500;
      const { agent, gateway } = await exchange({ sendBytes, chunkBytes: 1 }, { sendBytes, chunkBytes: 1 });
      await Promise.all([agent.arrived(sendBytes), gateway.arrived(sendBytes)]);
      expect([agent.wrongAt, gateway.wrongAt]).toEqual([undefined, undefined]);
      agent.link.reset();
      gateway.link.reset();
    });

    it('knows who is at the other end', async () => {
      const { agent, gateway } = await meet();
      expect(agent.peer).toMatchObject({ address: `${ground.target.host}:${ground.target.port}` });
      expect(gateway.peer.address).toMatch(/^127\.0\.0\.1:\d+$/);
      expect(agent.peer.transport).toBe(gateway.peer.transport);
      expect(agent.peer.exporter?.length).toBe(can.exporter === 'none' ? undefined : 32);
      expect(gateway.peer.exporter).toEqual(can.exporter === 'equal' ? agent.peer.exporter : undefined);
      agent.reset();
      gateway.reset();
    });

    it('delivers everything before END when an end is done', async () => {
      const sendBytes = 3 * MEBIBYTE;
      const { agent, gateway } = await exchange({ sendBytes, ends: true }, {});
      expect(await gateway.over).toBe('end');
      expect([gateway.received, gateway.wrongAt]).toEqual([sendBytes, undefined]);
      gateway.link.end();
      expect(await agent.over).toBe('end');
      agent.link.close();
      gateway.link.close();
    });

    it(can.halfClose ? 'goes on reading after its own end' : 'ends both ways at once', async () => {
      const sendBytes = MEBIBYTE;
      const { agent, gateway } = await exchange({ sendBytes: 1, ends: true }, {});
      expect(await gateway.over).toBe('end');
      const answer = new LinkEnd(gateway.link, { sendKey: 2, receiveKey: 1, sendBytes, ends: true, reads: false });
      expect(await agent.over).toBe('end');
      expect([agent.received, agent.wrongAt]).toEqual([can.halfClose ? sendBytes : 0, undefined]);
      expect(answer.sent).toBe(can.halfClose ? sendBytes : 0);
      agent.link.close();
      gateway.link.close();
    });

    it.each(['agent', 'gateway'] as const)('shows a reset by the %s as a reset', async (who) => {
      const ends = await exchange({}, {});
      const other = who === 'agent' ? ends.gateway : ends.agent;
      ends[who].link.reset();
      expect(await other.over).toBe('reset');
      expect(other.link.cause).toMatch(/^(reset|truncated)$/);
      expect(ends[who].link.cause).toBe('local');
      other.link.close();
    });

    it('shows closing without an end as a reset', async () => {
      const { agent, gateway } = await exchange({}, {});
      gateway.link.close();
      expect(await agent.over).toBe('reset');
    });

    it('resets both ends when the network is cut in the middle', async () => {
      const sendBytes = 64 * MEBIBYTE;
      const { agent, gateway } = await exchange({ sendBytes }, { sendBytes });
      await Promise.all([agent.arrived(1), gateway.arrived(1)]);
      ground.cut();
      expect(await Promise.all([agent.over, gateway.over])).toEqual(['reset', 'reset']);
      expect([agent.wrongAt, gateway.wrongAt]).toEqual([undefined, undefined]);
      expect(agent.link.write({ bytes: Buffer.alloc(1), size: 1 }, 0, 1)).toBeLessThan(0);
    });

    it.each(['agent', 'gateway'] as const)(
      'stops the other side while the %s does not read, and loses nothing',
      async (who) => {
        const sendBytes = 2 * HELD_BYTES_MAX;
        const [agentReads, gatewayReads] = [who !== 'agent', who !== 'gateway'];
        const { agent, gateway } = await exchange(
          agentReads ? { sendBytes } : { reads: false },
          gatewayReads ? { sendBytes } : { reads: false },
        );
        const [reading, writing] = who === 'agent' ? [agent, gateway] : [gateway, agent];
        await quiet(writing);
        expect(writing.sent).toBeLessThan(HELD_BYTES_MAX);
        reading.read();
        // All that was held, and what could not leave before.
        await reading.arrived(writing.sent + MEBIBYTE);
        expect(reading.wrongAt).toBeUndefined();
        reading.link.reset();
        writing.link.reset();
      },
    );

    it('is not made once the signal is aborted', async () => {
      const control = new AbortController();
      const dialling = ground.transport.dial(ground.target, control.signal);
      control.abort();
      await expect(dialling).rejects.toMatchObject({ name: 'TransportError', cause: 'local' satisfies PipeCause });
      await expect(ground.transport.dial(ground.target, AbortSignal.abort())).rejects.toMatchObject({ cause: 'local' });
    });
  });
}

/** Resolves when nothing has moved for a while: a writer that goes on is told apart by how much it sent. */
async function quiet(end: LinkEnd): Promise<void> {
  while (performance.now() - end.lastActivity < 200) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** tcp(7): the last of three. */
function kernelBytesMax(kind: 'rmem' | 'wmem'): number {
  return Number(readFileSync(`/proc/sys/net/ipv4/tcp_${kind}`, 'utf8').trim().split(/\s+/)[2]);
}

/** Sockets and listeners of this process. */
function openHandles(): number {
  return process.getActiveResourcesInfo().filter((kind) => /^(TCP|TLS|Pipe)/.test(kind)).length;
}
