// One protocol's whole line: visitors, the relays on its three hops, its own agent, its origin. Everything real but the network.
import { setTimeout as elapse } from 'node:timers/promises';
import type { Exposed, Gateway, Running, World } from '../cli/program/program.testkit.ts';
import { Relay } from './relay.ts';
import { type Books, beginSpeech, type Protocol } from './speech/index.ts';
import type { Manner, Speech } from './speech/speech.ts';
import type { Stretch } from './stretch.ts';

export const HOPS = ['visitor–gateway', 'link', 'agent–origin'] as const;
export type Hop = (typeof HOPS)[number];

/** As often visitors come who come at a rate. */
const TURN_MS = 5;

/** Exit status of an agent whose first dial failed. */
const UNREACHABLE = 5;

export interface LineOptions extends Manner {
  readonly world: World;
  readonly gateway: () => Gateway;
  /** Resolves when it is not just being started again. */
  readonly up: () => Promise<void>;
  readonly books: Books;
}

export class Line {
  readonly protocol: Protocol;
  readonly relays: Readonly<{ link: Relay } & Record<Exclude<Hop, 'link'>, Stretch>>;
  agent!: Exposed;
  /** Conversations so far. */
  begun = 0;
  readonly #options: LineOptions;
  readonly #speech: Speech;
  #working: Promise<unknown>[] = [];
  #resting = false;

  private constructor(protocol: Protocol, options: LineOptions, speech: Speech, relays: Line['relays']) {
    this.protocol = protocol;
    this.#options = options;
    this.#speech = speech;
    this.relays = relays;
  }

  static async open(protocol: Protocol, options: LineOptions): Promise<Line> {
    const speech = await beginSpeech(protocol, options.books, options);
    const relays: Line['relays'] = {
      'visitor–gateway': await speech.stretch(() => Number(line.agent.url.port)),
      link: await Relay.listen(() => Number(new URL(options.gateway().ready.join).port)),
      'agent–origin': await speech.stretch(() => speech.originPort),
    };
    const line: Line = new Line(protocol, options, speech, relays);
    await line.startAgent();
    return line;
  }

  /** The agent of this line, with the key it always had. */
  async startAgent(): Promise<void> {
    const { world, gateway, up } = this.#options;
    const { scheme } = this.#speech;
    const link = new URL(gateway().ready.join);
    link.port = String(this.relays.link.port);
    const named = scheme === 'http' ? ['--name', this.protocol] : [];
    const target = `${scheme}://127.0.0.1:${this.relays['agent–origin'].port}`;
    for (;;) {
      await up();
      const running = world.tunnelkit(['expose', target, '--json', ...named, '--gateway', link.href], {
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

  /** So many visitors a second until `rest`, each with one conversation; but never more than `atOnce`. */
  drive(perSecond: number, atOnce: number): void {
    this.#resting = false;
    this.#working = [this.#driver(perSecond, atOnce)];
  }

  /** Resolves when the last visitor is done. */
  async rest(): Promise<void> {
    this.#resting = true;
    await Promise.all(this.#working);
    this.#speech.rest();
    // Nothing but its link tells when a flow is over, for a minute.
    if (this.#speech.scheme === 'udp') for (const relayed of this.relays.link.relayed) relayed.reset();
  }

  /** Connections of visitors and to the origin that are still open, in words. */
  get open(): readonly string[] {
    return (['visitor–gateway', 'agent–origin'] as const).flatMap((hop) =>
      this.relays[hop].open.map((relayed) => `${this.protocol}, ${hop}: ${relayed}`),
    );
  }

  /** Milliseconds since bytes were seen anywhere on it. */
  get idleMs(): number {
    return performance.now() - Math.max(...HOPS.map((hop) => this.relays[hop].cameAt));
  }

  async close(): Promise<void> {
    this.#speech.close();
    await Promise.all(HOPS.map((hop) => this.relays[hop].close()));
  }

  async #worker(): Promise<void> {
    while (!this.#resting) await this.#converse();
  }

  async #driver(perSecond: number, atOnce: number): Promise<void> {
    const underWay = new Set<Promise<void>>();
    const begun = performance.now();
    for (let count = 0; !this.#resting; await elapse(TURN_MS)) {
      const due = ((performance.now() - begun) / 1_000) * perSecond;
      for (; count < due; count++) {
        // Whom a fault holds up is not made up for afterwards.
        if (underWay.size >= atOnce) continue;
        const visit = this.#converse().finally(() => underWay.delete(visit));
        underWay.add(visit);
      }
    }
    await Promise.all(underWay);
  }

  #converse(): Promise<void> {
    this.begun += 1;
    return this.#speech.converse(this.relays['visitor–gateway'].port, this.agent.url.host);
  }
}

/** A line for each request is more than anybody keeps; of what it says on stderr the end stays. */
export function hush(running: Running): void {
  running.child.stdout!.removeAllListeners('data').resume();
  running.child.stderr!.removeAllListeners('data').on('data', (text) => {
    running.stderr = (running.stderr + text).slice(-10_000);
  });
}
