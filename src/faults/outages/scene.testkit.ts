// What every outage happens to: a gateway, agents with keys of their own, here or on a machine at the other end of a wire, and a site.
import { FarMachine } from '../../cli/program/network.testkit.ts';
import { type Exposed, freeRange, type Gateway, ROOT, type Running, World } from '../../cli/program/program.testkit.ts';
import { visitUntil } from '../../cli/program/visit.testkit.ts';

/** More than agents in any scene. */
const PORTS = 24;

export interface SceneOptions {
  /** What is started; undefined: what all tests start. */
  readonly program?: string | undefined;
  /** Agents and site live on another machine. */
  readonly far?: boolean;
  readonly gatewayEnv?: Readonly<Record<string, string>>;
}

export class Scene {
  readonly world: World;
  readonly far: FarMachine | undefined;
  readonly agents: Exposed[] = [];
  gateway!: Gateway;
  readonly #env: Readonly<Record<string, string>>;
  #sitePort = '';
  #ports: readonly string[] = [];

  private constructor({ program, far, gatewayEnv }: SceneOptions) {
    this.world = new World(program);
    this.far = far ? FarMachine.make() : undefined;
    this.#env = gatewayEnv ?? {};
  }

  /** Runs `work` in a scene that is gone afterwards. */
  static async play<T>(options: SceneOptions, work: (scene: Scene) => Promise<T>): Promise<T> {
    const scene = new Scene(options);
    try {
      await scene.#open();
      return await work(scene);
    } finally {
      await scene.world.close();
      scene.far?.remove();
    }
  }

  async #open(): Promise<void> {
    // From far away each agent gets a port.
    this.#ports = this.far === undefined ? [] : ['--tcp-ports', await freeRange(PORTS)];
    const reach = this.far === undefined ? [] : ['--https', `${this.far.here}:0`];
    this.gateway = await this.#serve(reach);
    const site = this.#there('site', process.execPath, [`${ROOT}/fixtures/origins/site.js`, '0']);
    [this.#sitePort] = (await site.line(/\d+/)) as unknown as [string];
  }

  /** So many agents with keys and names of their own, `args` beside; resolves when each has answered. */
  async join(count: number, env: Readonly<Record<string, string>> = {}, args: readonly string[] = []): Promise<void> {
    const first = this.agents.length;
    const start = async (at: number) => {
      const name = `agent-${at}`;
      return this.expose(this.#sitePort, name, ['--name', name, ...args], env);
    };
    this.agents.push(...(await Promise.all(Array.from({ length: count }, (_, at) => start(first + at)))));
    await Promise.all(this.agents.map(({ url }) => visitUntil(url, answers)));
  }

  /** One agent with the key of that name. */
  async expose(target: string, key: string, args: readonly string[], env = {}): Promise<Exposed> {
    const link = ['--gateway', this.gateway.ready.join];
    const all = ['expose', target, '--json', ...link, ...args];
    const running = this.#there(`agent ${key}`, this.world.program, all, {
      XDG_CONFIG_HOME: this.world.path('agents', key),
      ...env,
    });
    return { running, url: new URL(String((await running.event('ready')).url)) };
  }

  /** The gateway again, with the same ports and data; resolves when it listens. */
  async restartGateway(): Promise<void> {
    const { http, https, admin } = this.gateway.ready;
    this.gateway = await this.#serve(['--http', http, '--https', https, '--admin', admin]);
  }

  /** Of each agent, milliseconds from now until its URL answers. */
  async back(): Promise<number[]> {
    const begun = performance.now();
    return Promise.all(
      this.agents.map(async ({ url }) => {
        await visitUntil(url, answers);
        return performance.now() - begun;
      }),
    );
  }

  /** Events of this kind that an agent has told so far. */
  count(agent: Exposed, type: string): number {
    return agent.running.events.filter((event) => event.type === type).length;
  }

  #serve(listeners: readonly string[]): Promise<Gateway> {
    return this.world.serve([...listeners, ...this.#ports, '--log-format', 'json'], this.#env);
  }

  #there(name: string, command: string, args: readonly string[], env = {}): Running {
    const [program, all] = this.far === undefined ? [command, [...args]] : this.far.command(command, args);
    return this.world.start(name, program, all, env);
  }
}

const answers = ({ status }: { readonly status: number }) => status === 200;
