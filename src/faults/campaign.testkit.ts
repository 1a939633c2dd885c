// The campaign: real processes, real sockets, every fault on every hop for every protocol, and a book of every byte and ending.
import { setTimeout as elapse } from 'node:timers/promises';
import { EXECUTABLE, freeRange, type Gateway, type Running, World } from '../cli/program/program.testkit.ts';
import { Random } from '../pipe/memory/random.ts';
import { type Afflicting, type Cell, cellsOf, pauseMs, stopped } from './affliction.testkit.ts';
import { type Holdings, holdingsOf, leaks, residentBytes, settled } from './leak-gate.ts';
import { Ledger } from './ledger.ts';
import { hush, Line } from './line.testkit.ts';
import type { Protocol } from './peers/index.ts';
import { IN_FLIGHT_MS } from './relayed.ts';
import { Tally } from './tally.ts';

export interface Effort {
  readonly seed: number;
  readonly protocols: readonly Protocol[];
  /** It goes on until both are reached and no cell is empty, or the time is up. */
  readonly bytes: number;
  readonly faults: number;
  readonly seconds: number;
  /** After so long everything is let end, judged and searched for leaks. */
  readonly roundSeconds: number;
  /** At once, for each protocol. */
  readonly visitors: number;
  readonly lengthMax: number;
  /** Some faults last longer than a silent peer is waited for, and RSTs are lost too. Otherwise one quick fault in each cell is enough. */
  readonly patient: boolean;
  readonly tell: (line: string) => void;
}

/** Quick faults at once on each line, beside those that take their time. */
const QUICK = 2;
/** A lost RST is found out by keep-alive, after a minute. */
const DRAIN_MS = 90_000;
const GATE_MS = 20_000;
/** 16 s are promised; the gateway may have been stopped for 20 s meanwhile. */
const NOTICED_MS = 40_000;

export class Campaign {
  readonly ledger: Ledger;
  readonly tally: Tally;
  readonly noticedMs: number[] = [];
  readonly leaked: string[] = [];
  readonly #effort: Effort;
  readonly #world = new World(EXECUTABLE);
  readonly #chance: Random;
  readonly #afflicting: Afflicting;
  readonly #cells: readonly Cell[];
  readonly #begun = performance.now();
  #gateway!: Gateway;
  #lines: readonly Line[] = [];
  #serveArgs: readonly string[] = [];
  #baseline = new Map<string, Holdings>();
  #roundOver = false;
  #failed: unknown;

  constructor(effort: Effort) {
    this.#effort = effort;
    this.#chance = new Random(effort.seed);
    this.ledger = new Ledger(effort.seed);
    const { ledger, noticedMs } = this;
    this.#afflicting = { ledger, noticedMs, chance: this.#chance, patient: effort.patient };
    this.#cells = cellsOf(this.#afflicting);
    const places = [...this.#cells, ...GATEWAY_CELLS].map(({ kind, place }) => [kind, place] as const);
    this.tally = new Tally(places, effort.protocols);
  }

  async run(): Promise<void> {
    try {
      await this.#open();
      while (!this.#enough) await this.#round();
    } finally {
      await Promise.all(this.#lines.map((line) => line.close()));
      await this.#world.close();
    }
  }

  /** What must be nothing. */
  get faults(): readonly string[] {
    const { mismatches, illegal } = this.ledger;
    const unnoticed = this.noticedMs.filter((ms) => ms > NOTICED_MS).map((ms) => `a dead link was kept ${ms} ms`);
    return [
      ...mismatches,
      ...illegal,
      ...unnoticed,
      ...this.leaked,
      ...this.tally.empty.map((cell) => `no fault landed: ${cell}`),
    ];
  }

  /** Everything that was asked for has been seen. */
  get #reached(): boolean {
    const { bytes, faults } = this.#effort;
    return this.ledger.bytes >= bytes && this.tally.landed >= faults && this.tally.empty.length === 0;
  }

  get #enough(): boolean {
    const late = performance.now() - this.#begun > this.#effort.seconds * 1_000;
    return this.#reached || late || this.leaked.length > 0;
  }

  async #open(): Promise<void> {
    const ports = ['--tcp-ports', await freeRange(8)];
    this.#gateway = await this.#world.serve(ports);
    const { http, https, admin } = this.#gateway.ready;
    this.#serveArgs = ['--http', http, '--https', https, '--admin', admin, ...ports];
    hush(this.#gateway.running);
    const { lengthMax } = this.#effort;
    const options = {
      world: this.#world,
      gateway: () => this.#gateway,
      ledger: this.ledger,
      chance: this.#chance,
      lengthMax,
    };
    this.#lines = await Promise.all(this.#effort.protocols.map((protocol) => Line.open(protocol, options)));
    // What a first visit makes it keep, it keeps.
    for (const line of this.#lines) line.work(2);
    await elapse(500);
    await this.#rest();
    for (const [name, { pid }] of this.#processes()) this.#baseline.set(name, await this.#holdings(name, pid));
  }

  async #round(): Promise<void> {
    this.#roundOver = false;
    for (const line of this.#lines) line.work(this.#effort.visitors);
    const until = performance.now() + this.#effort.roundSeconds * 1_000;
    const look = setInterval(() => {
      this.#roundOver ||= performance.now() > until || this.#reached || this.#failed !== undefined;
    }, 20);
    const each = (line: Line) => this.#hands.map((cells) => this.#afflictLine(line, cells));
    await Promise.all([...this.#lines.flatMap(each), this.#afflictGateway()]);
    clearInterval(look);
    await this.#rest();
    await this.#gate();
    if (this.#failed !== undefined) this.leaked.push(String(this.#failed));
    for (const fault of this.ledger.takeNews()) this.#effort.tell(`  WRONG: ${fault}`);
    const sizes = this.#processes().map(([name, { pid }]) => `${name} ${(residentBytes(pid) / 1e6).toFixed(0)}`);
    const minutes = ((performance.now() - this.#begun) / 60_000).toFixed(1);
    this.#effort.tell(
      `${minutes} min: ${this.tally.landed} faults landed, ${this.tally.missed} did not; ${this.ledger}`,
    );
    this.#effort.tell(`  MB resident: ${sizes.join(', ')}`);
  }

  /** What is inflicted on a line at once. The long faults of a patient campaign come one at a time, or nothing would move for most of it. */
  get #hands(): readonly (readonly Cell[])[] {
    const dear = this.#cells.filter(({ cost }) => cost > 1);
    const cheap = this.#cells.filter(({ cost }) => cost === 1);
    const { processes = [], packets = [] } = Object.groupBy(dear, ({ place }) =>
      place === 'agent' ? 'processes' : 'packets',
    );
    return [...(this.#effort.patient ? [dear] : [processes, packets]), ...Array<Cell[]>(QUICK).fill(cheap)];
  }

  /** One fault after the other: the ones that landed least come first, the dear ones less often. */
  async #afflictLine(line: Line, cells: readonly Cell[]): Promise<void> {
    const { protocol } = line;
    while (!this.#roundOver && this.#wants(cells, [protocol])) {
      const due = (cell: Cell) => this.tally.count(cell.kind, cell.place, protocol) * cell.cost + this.#chance.next();
      const cell = cells.map((each) => [due(each), each] as const).sort(([a], [b]) => a - b)[0]![1];
      try {
        this.tally.add(cell.kind, cell.place, protocol, await cell.inflict(line));
      } catch (error) {
        this.#failed ??= error;
      }
    }
  }

  /** A patient campaign never has enough. */
  #wants(cells: readonly Pick<Cell, 'kind' | 'place'>[], protocols: readonly Protocol[]): boolean {
    const lacks = (cell: Pick<Cell, 'kind' | 'place'>) =>
      protocols.some((protocol) => this.tally.count(cell.kind, cell.place, protocol) === 0);
    return this.#effort.patient || cells.some(lacks);
  }

  /** What happens to the gateway happens to every line that was busy. */
  async #afflictGateway(): Promise<void> {
    const { patient, roundSeconds, protocols } = this.#effort;
    for (let turn = 0; !this.#roundOver && this.#wants(GATEWAY_CELLS, protocols); turn++) {
      const quiet = performance.now() + (patient ? roundSeconds * 200 : 1_500);
      while (!this.#roundOver && performance.now() < quiet) await elapse(20);
      const patience = performance.now() + 1_000;
      const idle = () => this.#lines.some((line) => line.idleMs > IN_FLIGHT_MS);
      while (!this.#roundOver && idle() && performance.now() < patience) await elapse(1);
      if (this.#roundOver) return;
      const busy = this.#lines.filter((line) => line.idleMs <= IN_FLIGHT_MS);
      const kind = turn % 2 === 0 ? 'kill' : 'stop';
      const done =
        kind === 'kill' ? await this.#killGateway() : await stopped(this.#gateway.running, pauseMs(this.#afflicting));
      for (const { protocol } of busy) this.tally.add(kind, 'gateway', protocol, done);
    }
  }

  async #killGateway(): Promise<boolean> {
    const since = performance.now();
    const gone = (await this.#gateway.running.stop('SIGKILL')) === 137;
    this.ledger.killed('gateway', since);
    this.#gateway = await this.#world.serve(this.#serveArgs);
    hush(this.#gateway.running);
    return gone;
  }

  /** Everybody finishes; whatever has not ended by then never will. */
  async #rest(): Promise<void> {
    const busy = async () => this.#lines.filter(({ connections }) => connections > 0).map(({ protocol }) => protocol);
    const rested = Promise.all(this.#lines.map((line) => line.rest()));
    await Promise.race([rested, elapse(DRAIN_MS, undefined, { ref: false })]);
    await settled(busy, GATE_MS);
    for (const [name, running] of this.#processes())
      if (hasEnded(running)) throw new Error(`${name} ended by itself: ${running.stderr}`);
    for (const line of this.#lines) for (const stuck of line.stuck) this.#effort.tell(stuck);
    this.ledger.judge();
  }

  async #gate(): Promise<void> {
    for (const [name, { pid }] of this.#processes()) {
      const look = async () => leaks(this.#baseline.get(name)!, await this.#holdings(name, pid));
      this.leaked.push(...(await settled(look, GATE_MS)).map((leak) => `${name} holds ${leak}`));
    }
  }

  #processes(): [name: string, running: Running][] {
    const agents = this.#lines.map(({ protocol, agent }) => [`agent ${protocol}`, agent.running] as [string, Running]);
    return [['gateway', this.#gateway.running], ...agents];
  }

  #holdings(name: string, pid: number): Promise<Holdings> {
    const adminSocket = this.#world.path('data/tunnelkit/admin.sock');
    return holdingsOf(name === 'gateway' ? { name, pid, adminSocket } : { name, pid });
  }
}

const GATEWAY_CELLS = [
  { kind: 'kill', place: 'gateway' },
  { kind: 'stop', place: 'gateway' },
];

const hasEnded = ({ child }: Running) => child.exitCode !== null || child.signalCode !== null;
