// A gateway, an agent and an origin as processes of their own, a visitor that behaves, and what the gateway counts meanwhile.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { dataFiles } from '../../src/cli/places.ts';
import { EXECUTABLE, type Gateway, World } from '../../src/cli/program/program.testkit.ts';

export interface Seen {
  readonly count: number;
  readonly failed: number;
  /** Milliseconds. */
  readonly p99: number;
  /** A second. */
  readonly megabytes: number;
}

/** In half a second, and so often in a row. */
const QUIET_BYTES = 1e5;
const QUIET_LOOKS = 3;
const SETTLE_MS = 60_000;

const here = (name: string) => join(import.meta.dirname, name);

export class Stage {
  readonly gateway: Gateway;
  /** Of the exposure, whatever host is named. */
  readonly port: number;
  readonly #world: World;

  private constructor(world: World, gateway: Gateway, port: number) {
    this.#world = world;
    this.gateway = gateway;
    this.port = port;
  }

  static async open(): Promise<Stage> {
    const world = new World(EXECUTABLE);
    const origin = world.start('origin', process.execPath, [here('origin.ts')]);
    const [originPort] = await origin.line(/\d+/);
    const gateway = await world.serve(['--insecure']);
    const first = await world.expose(originPort, ['--port', await freePortOf(gateway)]);
    return new Stage(world, gateway, Number(first.url.port));
  }

  /** Where the gateway listens. */
  listener(name: 'http' | 'https'): number {
    return Number(this.gateway.ready[name].split(':').at(-1));
  }

  /** What somebody sees who behaves, for so long. */
  async bystander(how: 'paced' | 'down' | 'up', seconds: number): Promise<Seen> {
    const args = [here('bystander.ts'), how, String(this.port), String(seconds)];
    const running = this.#world.start('bystander', process.execPath, args);
    await running.exit;
    return JSON.parse(running.stdout) as Seen;
  }

  attack(program: string, args: readonly string[]) {
    return this.#world.start(program, program, args);
  }

  /** A figure of `/metrics`, by its name and labels as they stand there. */
  async metric(line: string): Promise<number> {
    const { socket } = dataFiles(join(this.#world.env.XDG_DATA_HOME!, 'tunnelkit'));
    const asking = request({ socketPath: socket, path: '/metrics', agent: false }).end();
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    let text = '';
    for await (const part of answer.setEncoding('utf8')) text += part;
    const found = text.split('\n').find((each) => each.startsWith(`${line} `));
    return Number(found?.slice(line.length));
  }

  bound(limit: string): Promise<number> {
    return this.metric(`tunnelkit_limits_hit_total{limit="${limit}"}`);
  }

  /** Until so many visitors' connections are open, or the time is over; milliseconds. */
  async visitors(good: (open: number) => boolean, withinMs: number): Promise<number | undefined> {
    const startedAt = performance.now();
    for (;;) {
      const tookMs = performance.now() - startedAt;
      if (good(await this.metric('tunnelkit_visitors_open'))) return tookMs;
      if (tookMs > withinMs) return undefined;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Until next to nothing passes any more: the buffers of whoever stalls are full. Until then it is plain load. */
  async settled(): Promise<void> {
    const giveUpAt = performance.now() + SETTLE_MS;
    const passed = async () => {
      const ways = ['in', 'out'].map((way) => this.metric(`tunnelkit_bytes_total{direction="${way}"}`));
      return (await Promise.all(ways)).reduce((sum, bytes) => sum + bytes);
    };
    let before = await passed();
    for (let quiet = 0; quiet < QUIET_LOOKS && performance.now() < giveUpAt; ) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      const now = await passed();
      quiet = now - before < QUIET_BYTES ? quiet + 1 : 0;
      before = now;
    }
  }

  /** Of the gateway, in bytes. */
  resident(): number {
    const status = readFileSync(`/proc/${this.gateway.running.pid}/status`, 'latin1');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1_024;
  }

  /** The gateway's exit status: 0, if nothing has happened to it. */
  async close(): Promise<number> {
    const status = await this.gateway.running.stop();
    await this.#world.close();
    return status;
  }
}

/** The first of its ports: nothing is published yet. */
async function freePortOf(gateway: Gateway): Promise<string> {
  const args = gateway.running.child.spawnargs;
  return args[args.indexOf('--tcp-ports') + 1]!.split('-')[0]!;
}

/** The middle one of them. */
export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
