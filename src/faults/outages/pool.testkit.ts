// R10: agents that share a name are killed one after the other under a steady load.
import { setTimeout as elapse } from 'node:timers/promises';
import type { Exposed } from '../../cli/program/program.testkit.ts';
import { type Failure, Load, Service } from './load.testkit.ts';
import { Scene } from './scene.testkit.ts';
import { quantile, type Trial } from './trial.ts';

const PER_SECOND = 300;
/** So soon after a kill the gateway has heard of it. */
const HEARD_MS = 250;
/** Between the least and the most that a member serves, of which some are away longer. */
const SHARES_APART = 4;
const NAME = 'shared';

interface Kill {
  readonly at: number;
  /** Requests at the service of the killed one, and of everybody. */
  readonly waiting: number;
  readonly underWay: number;
}

class Pool {
  readonly services: readonly Service[];
  readonly kills: Kill[] = [];
  readonly #scene: Scene;
  readonly #members: Exposed[] = [];
  load!: Load;

  constructor(scene: Scene, size: number) {
    this.#scene = scene;
    this.services = Array.from({ length: size }, () => new Service());
  }

  async open(): Promise<void> {
    for (const [at, service] of this.services.entries()) await this.#join(at, await service.listen());
    this.load = new Load(this.#members[0]!.url, PER_SECOND);
  }

  async kill(at: number): Promise<void> {
    const { waiting } = this.services[at]!;
    this.kills.push({ at: performance.now(), waiting, underWay: this.load.underWay });
    await this.#members[at]!.running.stop('SIGKILL');
    await this.#join(at, this.#ports[at]!);
  }

  async close(): Promise<void> {
    await this.load.stop();
    for (const service of this.services) service.close();
  }

  /** What failed although nobody was killed with it, or would have done no harm twice. */
  get strange(): readonly Failure[] {
    const wasInFlight = ({ begunAt, endedAt }: Failure) =>
      this.kills.some(({ at }) => begunAt < at + HEARD_MS && endedAt > at);
    return this.load.failed.filter((failure) => failure.method === 'GET' || !wasInFlight(failure));
  }

  readonly #ports: string[] = [];

  async #join(at: number, port: string): Promise<void> {
    this.#ports[at] = port;
    this.#members[at] = await this.#scene.expose(port, `member-${at}`, ['--name', NAME, '--pool']);
  }
}

export const pool = (program?: string): Trial => ({
  promise: 'R10',
  effort: { rounds: 20, agents: 3, awayMs: [5_000] },
  run: ({ rounds, agents, awayMs: [everyMs = 0] }) =>
    Scene.play({ program }, async (scene) => {
      const pooled = new Pool(scene, agents);
      await pooled.open();
      for (let round = 0; round < rounds; round += 1) {
        await elapse(everyMs);
        await pooled.kill(round % agents);
      }
      await elapse(everyMs);
      await pooled.close();
      const { load, kills, services, strange } = pooled;
      const sum = (of: 'waiting' | 'underWay') => kills.reduce((all, kill) => all + kill[of], 0);
      const shares = services.map(({ served }) => served);
      const wrong = strange.map(
        ({ method, why }) => `a ${method} that was not in flight, or may come twice, failed: ${why}`,
      );
      if (load.failed.length > sum('underWay')) wrong.push('more failed than were in flight');
      if (Math.min(...shares) * SHARES_APART < Math.max(...shares))
        wrong.push(`not shared fairly: ${shares.join(', ')}`);
      const p99 = Math.round(quantile(load.ms, 0.99));
      const notes = [
        `${load.ms.length + load.failed.length} requests, ${load.failed.length} failed, all of them POSTs; p50 ${Math.round(quantile(load.ms, 0.5))} ms, p99 ${p99} ms`,
        `in flight at ${kills.length} kills: ${sum('waiting')} at the services of the killed, ${sum('underWay')} in all`,
        `served by each: ${shares.join(', ')}`,
      ];
      return { figures: [], notes, wrong };
    }),
});
