// One protocol's whole line: visitors, the relays on its three hops, its own agent, its origin. Everything real but the network.
import { Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';
import type { Exposed, Gateway, Running, World } from '../cli/program/program.testkit.ts';
import type { Ledger } from './ledger.ts';
import { PEERS, type Protocol } from './peers/index.ts';
import type { Peer } from './peers/peer.ts';
import { Relay } from './relay.ts';
import type { Chance } from './shape.ts';

export const HOPS = ['visitor–gateway', 'link', 'agent–origin'] as const;
export type Hop = (typeof HOPS)[number];

/** A visit that fails sooner is not followed by the next at once. */
const BREATH_MS = 20;

/** Exit status of an agent whose first dial failed. */
const UNREACHABLE = 5;

export interface LineOptions {
  readonly world: World;
  readonly gateway: () => Gateway;
  readonly ledger: Ledger;
  readonly chance: Chance;
  readonly lengthMax: number;
}

export class Line {
  readonly protocol: Protocol;
  readonly relays: Readonly<Record<Hop, Relay>>;
  agent!: Exposed;
  readonly #options: LineOptions;
  readonly #peer: Peer;
  readonly #origin: Server;
  #working: Promise<void>[] = [];
  #resting = false;

  private constructor(protocol: Protocol, options: LineOptions, peer: Peer, origin: Server, relays: Line['relays']) {
    this.protocol = protocol;
    this.#options = options;
    this.#peer = peer;
    this.#origin = origin;
    this.relays = relays;
  }

  static async open(protocol: Protocol, options: LineOptions): Promise<Line> {
    const peer = PEERS[protocol]();
    const origin = await peer.serve(options.ledger);
    const relays: Line['relays'] = {
      'visitor–gateway': await Relay.listen(() => Number(line.agent.url.port)),
      link: await Relay.listen(() => Number(new URL(options.gateway().ready.join).port)),
      'agent–origin': await Relay.listen(() => (origin.address() as { port: number }).port),
    };
    const line: Line = new Line(protocol, options, peer, origin, relays);
    await line.startAgent();
    return line;
  }

  /** The agent of this line, with the key it always had. */
  async startAgent(): Promise<void> {
    const { world, gateway } = this.#options;
    const origin = `127.0.0.1:${this.relays['agent–origin'].port}`;
    const link = new URL(gateway().ready.join);
    link.port = String(this.relays.link.port);
    const named = this.protocol === 'tcp' ? [`tcp://${origin}`] : [`http://${origin}`, '--name', this.protocol];
    const [target, ...args] = [...named, '--gateway', link.href];
    for (;;) {
      const running = world.tunnelkit(['expose', target!, '--json', ...args], {
        XDG_CONFIG_HOME: world.path(this.protocol),
      });
      const ready = await running.event('ready').catch((error) => error);
      // Whoever starts while something else goes wrong may find no gateway, and says so.
      if (ready instanceof Error && (await running.exit) === UNREACHABLE) continue;
      if (ready instanceof Error) throw ready;
      this.agent = { running, url: new URL(ready.url) };
      return hush(running);
    }
  }

  /** So many visitors, each with one conversation after the other until `rest`. */
  work(visitors: number): void {
    this.#resting = false;
    this.#working = Array.from({ length: visitors }, () => this.#worker());
  }

  /** Resolves when the last visitor is done. */
  async rest(): Promise<void> {
    this.#resting = true;
    await Promise.all(this.#working);
    this.#peer.rest?.();
    // What an agent keeps for the next request it would keep for seconds.
    if (this.#origin instanceof HttpServer) this.#origin.closeIdleConnections();
  }

  /** Connections of visitors and to the origin. */
  get connections(): number {
    return this.relays['visitor–gateway'].relayed.size + this.relays['agent–origin'].relayed.size;
  }

  /** What is still open there, in words. */
  get stuck(): readonly string[] {
    return (['visitor–gateway', 'agent–origin'] as const).flatMap((hop) =>
      [...this.relays[hop].relayed].map((relayed) => `${this.protocol}, ${hop}: ${relayed}`),
    );
  }

  /** Milliseconds since bytes were seen anywhere on it. */
  get idleMs(): number {
    return performance.now() - Math.max(...HOPS.map((hop) => this.relays[hop].cameAt));
  }

  async close(): Promise<void> {
    await Promise.all(HOPS.map((hop) => this.relays[hop].close()));
    this.#origin.close();
  }

  async #worker(): Promise<void> {
    const { ledger, chance, lengthMax } = this.#options;
    const length = () => (chance.next() < 0.05 ? 0 : Math.floor(chance.next() ** 2 * lengthMax));
    while (!this.#resting) {
      const begun = performance.now();
      const asks = this.protocol === 'http' && chance.next() < 0.5;
      const talk = ledger.talk(this.protocol, asks ? 0 : length(), length(), !asks);
      await this.#peer.visit({ port: this.relays['visitor–gateway'].port, host: this.agent.url.host, ledger, talk });
      if (performance.now() - begun < BREATH_MS) await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
    }
  }
}

/** A line for each request is more than anybody keeps; of what it says on stderr the end stays. */
export function hush(running: Running): void {
  running.child.stdout!.removeAllListeners('data').resume();
  running.child.stderr!.removeAllListeners('data').on('data', (text) => {
    running.stderr = (running.stderr + text).slice(-10_000);
  });
}
