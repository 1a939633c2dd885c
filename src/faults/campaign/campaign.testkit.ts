// The campaign: real processes, real sockets, every fault on every hop for every protocol, and a book of every byte and ending.
import { Random } from '../../pipe/memory/random.ts';
import { FlowLedger } from '../datagrams/flow-ledger.ts';
import { KeyedStreams } from '../keyed-stream.ts';
import { Ledger } from '../ledger.ts';
import type { Books, Protocol } from '../speech/index.ts';
import { Stage } from '../stage.testkit.ts';
import { Hands } from './hands.testkit.ts';
import type { Tally } from './tally.ts';

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

/** 16 s are promised; the gateway may have been stopped for 20 s meanwhile. */
const NOTICED_MS = 40_000;
export class Campaign {
  readonly books: Books;
  readonly noticedMs: number[] = [];
  readonly #leaked: string[] = [];
  readonly #effort: Effort;
  readonly #chance: Random;
  readonly #stage: Stage;
  readonly #hands: Hands;
  readonly #begun = performance.now();

  constructor(effort: Effort) {
    this.#effort = effort;
    this.#chance = new Random(effort.seed);
    const keyed = new KeyedStreams(effort.seed);
    this.books = { streams: new Ledger(keyed), flows: new FlowLedger(keyed) };
    this.#stage = new Stage(this.books);
    const { patient, protocols, roundSeconds } = effort;
    const afflicting = { ledger: this.books.streams, noticedMs: this.noticedMs, chance: this.#chance, patient };
    this.#hands = new Hands(this.#stage, protocols, afflicting, patient ? roundSeconds * 200 : 1_500);
  }

  async run(): Promise<void> {
    try {
      await this.#stage.open(this.#effort.protocols, { chance: this.#chance, lengthMax: this.#effort.lengthMax });
      while (!this.#enough) await this.#round();
    } finally {
      await this.#stage.close();
    }
  }

  get tally(): Tally {
    return this.#hands.tally;
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
    for (const line of this.#stage.lines) line.work(visitors);
    const until = performance.now() + roundSeconds * 1_000;
    await this.#hands.work(() => performance.now() > until || this.#reached);
    for (const stuck of await this.#stage.rest()) tell(`  open: ${stuck}`);
    this.#leaked.push(...(await this.#stage.leaked()));
    if (this.#hands.failed !== undefined) this.#leaked.push(this.#hands.failed);
    for (const fault of this.books.streams.takeNews()) tell(`  WRONG: ${fault}`);
    tell(`${((performance.now() - this.#begun) / 60_000).toFixed(1)} min: ${this}`);
    tell(`  MB resident: ${this.#stage.sizes}`);
  }
}
