// What a campaign and a soak happen to: the executable as one gateway and an agent for each protocol, real sockets at both ends.
import { setTimeout as elapse } from 'node:timers/promises';
import { EXECUTABLE, freeRange, type Gateway, type Running, World } from '../cli/program/program.testkit.ts';
import { type Holdings, holdingsOf, leaks, metrics, residentBytes, settled } from './leak-gate.ts';
import { hush, Line } from './line.testkit.ts';
import type { Books, Protocol } from './speech/index.ts';
import type { Manner } from './speech/speech.ts';

/** A lost RST is found out by keep-alive, after a minute. */
const DRAIN_MS = 90_000;
/** The code of what no user can have caused. */
const DEFECT = 'TK-9001';

export class Stage {
  gateway!: Gateway;
  lines: readonly Line[] = [];
  readonly #world = new World(EXECUTABLE);
  readonly #books: Books;
  readonly #baseline = new Map<string, Holdings>();
  #serveArgs: readonly string[] = [];
  #up: Promise<void> = Promise.resolve();

  constructor(books: Books) {
    this.#books = books;
  }

  async open(protocols: readonly Protocol[], manner: Manner): Promise<void> {
    const ports = ['--tcp-ports', await freeRange(8)];
    this.gateway = await this.#world.serve(ports);
    const { http, https, admin } = this.gateway.ready;
    this.#serveArgs = ['--http', http, '--https', https, '--admin', admin, ...ports];
    hush(this.gateway.running);
    const gateway = () => this.gateway;
    const options = { ...manner, world: this.#world, gateway, up: () => this.#up, books: this.#books };
    this.lines = await Promise.all(protocols.map((protocol) => Line.open(protocol, options)));
    // What a first visit makes it keep, it keeps.
    for (const line of this.lines) line.work(2);
    await elapse(500);
    await this.rest();
    await settled(async () => ((await this.#sessions()) < protocols.length ? ['an agent is not back'] : []), DRAIN_MS);
    for (const [name, { pid }] of this.processes) this.#baseline.set(name, await this.#holdings(name, pid));
  }

  get processes(): readonly (readonly [name: string, running: Running])[] {
    const agents = this.lines.map(({ protocol, agent }) => [`agent ${protocol}`, agent.running] as const);
    return [['gateway', this.gateway.running], ...agents];
  }

  /** Megabytes, process by process. */
  get sizes(): string {
    return this.processes.map(([name, { pid }]) => `${name} ${(residentBytes(pid) / 1e6).toFixed(0)}`).join(', ');
  }

  /** Resolves with 1 if it was the signal that ended it, when another one is there. */
  async killGateway(): Promise<number> {
    const since = performance.now();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#up = promise;
    const gone = (await this.gateway.running.stop('SIGKILL')) === 137;
    this.#books.streams.killed('gateway', since);
    this.gateway = await this.#world.serve(this.#serveArgs);
    hush(this.gateway.running);
    resolve();
    return Number(gone);
  }

  /** Everybody finishes; whatever has not ended by then never will. Resolves with what is still open, in words. */
  async rest(): Promise<readonly string[]> {
    const open = () => this.lines.flatMap((line) => line.open);
    const rested = Promise.all(this.lines.map((line) => line.rest()));
    await Promise.race([rested, elapse(DRAIN_MS, undefined, { ref: false })]);
    // An end that has left a relay is not yet seen by its reader.
    await settled(async () => [...open(), ...this.#books.streams.unended], DRAIN_MS);
    for (const [name, { child, stderr }] of this.processes)
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${name} ended by itself: ${stderr}`);
    const stuck = open();
    this.#books.streams.judge();
    return stuck;
  }

  /** What is held more than at the beginning, after some patience. */
  async leaked(): Promise<readonly string[]> {
    const all = this.processes.map(async ([name, { pid }]) => {
      const look = async () => leaks(this.#baseline.get(name)!, await this.#holdings(name, pid));
      return (await settled(look, DRAIN_MS)).map((leak) => `${name} holds ${leak}`);
    });
    return (await Promise.all(all)).flat();
  }

  /** Exceptions that cost the gateway one connection each; the others would have ended it. */
  async defects(): Promise<readonly string[]> {
    const all = [...(await metrics(this.#adminSocket))].filter(([name]) => name.includes(DEFECT));
    if (all.length === 0) return ['the gateway does not count its defects'];
    return all.filter(([, count]) => count > 0).map(([, count]) => `the gateway counts ${count} defects`);
  }

  async close(): Promise<void> {
    await Promise.all(this.lines.map((line) => line.close()));
    await this.#world.close();
  }

  async #sessions(): Promise<number> {
    return (await metrics(this.#adminSocket)).get('sessions_open')!;
  }

  get #adminSocket(): string {
    return this.#world.path('data/tunnelkit/admin.sock');
  }

  #holdings(name: string, pid: number): Promise<Holdings> {
    return holdingsOf(name === 'gateway' ? { name, pid, adminSocket: this.#adminSocket } : { name, pid });
  }
}
