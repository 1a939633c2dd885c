// Keepers with a real ACME server, on a clock that runs and can be moved, and the web server that the names lead to.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Pebble, type PebbleOptions } from '../../cli/program/pebble.testkit.ts';
import { freePort, World } from '../../cli/program/program.testkit.ts';
import { limitValues } from '../../contract/limits.ts';
import { VirtualClock } from '../../pipe/memory/clock.ts';
import type { KeeperEvent, NameState } from './events.ts';
import { Keeper, type KeeperOptions } from './keeper.ts';

const PATH = '/.well-known/acme-challenge/';
const BEAT_MS = 10;

export class KeeperWorld {
  readonly pebble: Pebble;
  /** Of the keeper that was opened last. */
  clock = new VirtualClock(Date.now());
  /** What is published. */
  readonly wanted = new Set<string>();
  readonly events: KeeperEvent[] = [];
  keeper!: Keeper;
  readonly #world: World;
  readonly #httpPort: number;
  readonly #servers: Server[] = [];
  readonly #beat: NodeJS.Timeout;
  #folders = 0;
  #wake = Promise.withResolvers<void>();

  private constructor(world: World, pebble: Pebble, httpPort: number) {
    this.#world = world;
    this.pebble = pebble;
    this.#httpPort = httpPort;
    this.#beat = setInterval(() => this.clock.advance(BEAT_MS), BEAT_MS);
  }

  /** Its directory is trusted from here on, and names lead to where the keeper's challenges are answered. */
  static async make(options: Omit<PebbleOptions, 'httpPort'> = {}): Promise<KeeperWorld> {
    const world = new World();
    const httpPort = await freePort();
    const pebble = await Pebble.start(world, { ...options, httpPort });
    setDefaultCACertificates([
      ...getCACertificates('default'),
      readFileSync(pebble.trusting.NODE_EXTRA_CA_CERTS, 'utf8'),
    ]);
    const made = new KeeperWorld(world, pebble, httpPort);
    await made.answerAt('127.0.0.1', (path) => made.keeper.answer(path));
    return made;
  }

  /** Another web server, at the port where challenges are looked for. */
  async answerAt(host: string, answer: (token: string) => string | undefined): Promise<void> {
    const server = createServer(({ url = '' }, response) => {
      const text = url.startsWith(PATH) ? answer(url.slice(PATH.length)) : undefined;
      response.writeHead(text === undefined ? 404 : 200).end(text);
    }).listen(this.#httpPort, host);
    this.#servers.push(server);
    await once(server, 'listening');
  }

  /** In a new folder, unless one is given, with a clock that is right; the one before is closed. */
  async open(options: Partial<KeeperOptions> = {}): Promise<Keeper> {
    this.keeper?.close();
    this.#folders += 1;
    this.clock = new VirtualClock(Date.now());
    this.keeper = await Keeper.open({
      directory: this.pebble.directory,
      email: undefined,
      folder: this.folder,
      software: 'tests',
      proxies: {},
      clock: this.clock,
      limits: limitValues(),
      random: () => 0,
      wanted: (name) => this.wanted.has(name),
      event: (event) => {
        this.events.push(event);
        this.#wake.resolve();
        this.#wake = Promise.withResolvers();
      },
      ...options,
    });
    return this.keeper;
  }

  /** Of the keeper that was opened last. */
  get folder(): string {
    return this.#world.path(`keeper-${this.#folders}`);
  }

  publish(name: string, account?: string): void {
    this.wanted.add(name);
    this.keeper.want(name, account);
  }

  /** How it stands with a name after its next attempt. */
  async settled(name: string): Promise<NameState> {
    for (let seen = this.events.length; ; await this.#wake.promise) {
      for (; seen < this.events.length; seen += 1) {
        const event = this.events[seen]!;
        if (event.type === 'settled' && event.state.name === name) return event.state;
      }
    }
  }

  async close(): Promise<void> {
    this.keeper?.close();
    clearInterval(this.#beat);
    for (const server of this.#servers) server.close();
    await this.#world.close();
  }
}
