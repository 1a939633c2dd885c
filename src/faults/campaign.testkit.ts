// The campaign: real processes, real sockets, every fault on every hop for every protocol, and a book of every byte and ending.
import { setTimeout as elapse } from 'node:timers/promises';
import { Random } from '../pipe/memory/random.ts';
import { type Afflicting, type Cell, cellsOf, pauseMs, stopped } from './affliction.testkit.ts';
import { FlowLedger } from './datagrams/flow-ledger.ts';
import { KeyedStreams } from './keyed-stream.ts';
import { Ledger } from './ledger.ts';
import type { Line } from './line.testkit.ts';
import { IN_FLIGHT_MS } from './relayed.ts';
import type { Books, Protocol } from './speech/index.ts';
import { Stage } from './stage.testkit.ts';
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
/** 16 s are promised; the gateway may have been stopped for 20 s meanwhile. */
const NOTICED_MS = 40_000;
const GATEWAY_CELLS = [
  { kind: 'kill', place: 'gateway' },
  { kind: 'stop', place: 'gateway' },
];

export class Campaign {
  readonly books: Books;
  readonly tally: Tally;
  readonly noticedMs: number[] = [];
  readonly #leaked: string[] = [];
  readonly #effort: Effort;
  readonly #chance: Random;
  readonly #afflicting: Afflicting;
  readonly #cells: ReadonlyMap<Protocol, readonly Cell[]>;
  readonly #stage: Stage;
  readonly #begun = performance.now();
  #roundOver = false;
  #failed: unknown;

  constructor(effort: Effort) {
    this.#effort = effort;
    this.#chance = new Random(effort.seed);
    const keyed = new KeyedStreams(effort.seed);
    this.books = { streams: new Ledger(keyed), flows: new FlowLedger(keyed) };
    this.#stage = new Stage(this.books);
    const { patient, protocols } = effort;
    const { noticedMs } = this;
    this.#afflicting = { ledger: this.books.streams, noticedMs, chance: this.#chance, patient };
    this.#cells = new Map(protocols.map((protocol) => [protocol, cellsOf(protocol, this.#afflicting)]));
    this.tally = new Tally(
      protocols,
      protocols.flatMap((protocol) =>
        [...this.#cells.get(protocol)!, ...GATEWAY_CELLS].map(({ kind, place }) => [kind, place, protocol] as const),
      ),
    );
  }

  async run(): Promise<void> {
    try {
      await this.#stage.open(this.#effort.protocols, { chance: this.#chance, lengthMax: this.#effort.lengthMax });
      while (!this.#enough) await this.#round();
    } finally {
      await this.#stage.close();
    }
  }

  get bytes(): number {
    return this.books.streams.bytes + this.books.flows.bytes;
  }

  /** What must be nothing. */
  get faults(): readonly string[] {
    const { streams, flows } = this.books;
    const unnoticed = this.noticedMs.filter((ms) => ms > NOTICED_MS).map((ms) => `a dead link was kept ${ms} ms`);
    const empty = this.tally.empty.map((cell) => `no fault landed: ${cell}`);
    return [...streams.mismatches, ...streams.illegal, ...flows.wrong, ...unnoticed, ...this.#leaked, ...empty];
  }

  toString(): string {
    const { tally, books } = this;
    const gigabytes = (this.bytes / 1e9).toFixed(2);
    return `${tally.landed} faults landed, ${tally.missed} did not; ${gigabytes} GB; ${books.streams}; ${books.flows}`;
  }

  /** Everything that was asked for has been seen. */
  get #reached(): boolean {
    const { bytes, faults } = this.#effort;
    return this.bytes >= bytes && this.tally.landed >= faults && this.tally.empty.length === 0;
  }

  get #enough(): boolean {
    const late = performance.now() - this.#begun > this.#effort.seconds * 1_000;
    return this.#reached || late || this.#leaked.length > 0;
  }

  async #round(): Promise<void> {
    const { visitors, roundSeconds, tell } = this.#effort;
    this.#roundOver = false;
    for (const line of this.#stage.lines) line.work(visitors);
    const until = performance.now() + roundSeconds * 1_000;
    const look = setInterval(() => {
      this.#roundOver ||= performance.now() > until || this.#reached || this.#failed !== undefined;
    }, 20);
    const each = (line: Line) => this.#hands(line).map((cells) => this.#afflictLine(line, cells));
    await Promise.all([...this.#stage.lines.flatMap(each), this.#afflictGateway()]);
    clearInterval(look);
    for (const stuck of await this.#stage.rest()) tell(`  open: ${stuck}`);
    this.#leaked.push(...(await this.#stage.leaked()));
    if (this.#failed !== undefined) this.#leaked.push(String(this.#failed));
    for (const fault of this.books.streams.takeNews()) tell(`  WRONG: ${fault}`);
    tell(`${((performance.now() - this.#begun) / 60_000).toFixed(1)} min: ${this}`);
    tell(`  MB resident: ${this.#stage.sizes}`);
  }

  /** What is inflicted on a line at once. The long faults of a patient campaign come one at a time, or nothing would move for most of it. */
  #hands({ protocol }: Line): readonly (readonly Cell[])[] {
    const all = this.#cells.get(protocol)!;
    const dear = all.filter(({ cost }) => cost > 1);
    const cheap = all.filter(({ cost }) => cost === 1);
    const processes = dear.filter(({ place }) => place === 'agent');
    const packets = dear.filter(({ place }) => place !== 'agent');
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
    const lacks = ({ kind, place }: Pick<Cell, 'kind' | 'place'>) =>
      protocols.some((protocol) => this.tally.count(kind, place, protocol) === 0);
    return this.#effort.patient || cells.some(lacks);
  }

  /** What happens to the gateway happens to every line that was busy. */
  async #afflictGateway(): Promise<void> {
    const { patient, roundSeconds, protocols } = this.#effort;
    const { lines } = this.#stage;
    const idle = () => lines.some((line) => line.idleMs > IN_FLIGHT_MS);
    for (let turn = 0; !this.#roundOver && this.#wants(GATEWAY_CELLS, protocols); turn++) {
      const quiet = performance.now() + (patient ? roundSeconds * 200 : 1_500);
      while (!this.#roundOver && performance.now() < quiet) await elapse(20);
      const patience = performance.now() + 1_000;
      while (!this.#roundOver && idle() && performance.now() < patience) await elapse(1);
      if (this.#roundOver) return;
      const busy = lines.filter((line) => line.idleMs <= IN_FLIGHT_MS);
      const kind = turn % 2 === 0 ? 'kill' : 'stop';
      const { running } = this.#stage.gateway;
      const done = kind === 'kill' ? this.#stage.killGateway() : stopped(running, pauseMs(this.#afflicting));
      const amount = await done;
      for (const { protocol } of busy) this.tally.add(kind, 'gateway', protocol, amount);
    }
  }
}
