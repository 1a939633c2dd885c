// The soak: a mixed load for a long time, a fault every few seconds, and nothing that grows.
import { setTimeout as elapse } from 'node:timers/promises';
import { Random } from '../../pipe/memory/random.ts';
import { Tally } from '../campaign/tally.ts';
import type { Afflicting, Cell } from '../cells/cell.testkit.ts';
import { cellsOf } from '../cells/index.testkit.ts';
import { FlowLedger } from '../datagrams/flow-ledger.ts';
import { KeyedStreams } from '../keyed-stream.ts';
import { Ledger } from '../ledger.ts';
import type { Line } from '../line.testkit.ts';
import type { Books, Protocol } from '../speech/index.ts';
import { Stage } from '../stage.testkit.ts';
import { Chart, tableOf } from './vitals.ts';

/** What is asked of each protocol: conversations begun each second. */
const LOAD: ReadonlyMap<Protocol, number> = new Map([
  ['keep-alive', 200],
  ['websocket', 5],
  ['tcp', 5],
  ['udp', 1],
]);
export const SOAKED = [...LOAD.keys()];
/** Of one protocol, when faults hold them up. */
const AT_ONCE = 200;
const LENGTH_MAX = 60_000;
const FAULT_EVERY_MS = 3_000;
const TRIES = 10;
const LOOK_EVERY_MS = 10_000;
/** An hour has ten minutes of it. */
const WARM_UP_SHARE = 1 / 6;

/** What an hour may show. In a shorter run what a process takes once and keeps looks like growth: so much of it is left aside. */
const GROWTH_MIB_PER_HOUR = 20;
const KEPT_MIB = 48;

export class Soak {
  readonly books: Books;
  readonly tally: Tally;
  readonly charts = new Map<string, Chart>();
  readonly wrong: string[] = [];
  readonly #ms: number;
  readonly #chance: Random;
  readonly #stage: Stage;
  readonly #cells: readonly (readonly [Protocol, Cell])[];
  readonly #tell: (line: string) => void;

  constructor(seed: number, minutes: number, tell: (line: string) => void) {
    this.#ms = minutes * 60_000;
    this.#tell = tell;
    this.#chance = new Random(seed);
    const keyed = new KeyedStreams(seed);
    this.books = { streams: new Ledger(keyed), flows: new FlowLedger(keyed) };
    this.#stage = new Stage(this.books);
    const { streams: ledger } = this.books;
    const afflicting: Afflicting = { ledger, noticedMs: [], chance: this.#chance, patient: false };
    // Whoever is killed cannot show that it does not grow.
    this.#cells = SOAKED.flatMap((protocol) =>
      cellsOf(protocol, afflicting)
        .filter(({ kind }) => kind !== 'kill')
        .map((cell) => [protocol, cell] as const),
    );
    this.tally = new Tally(
      SOAKED,
      this.#cells.map(([protocol, { kind, place }]) => [kind, place, protocol] as const),
    );
  }

  async run(): Promise<void> {
    try {
      await this.#stage.open(SOAKED, { chance: this.#chance, lengthMax: LENGTH_MAX });
      for (const line of this.#stage.lines) line.drive(LOAD.get(line.protocol)!, AT_ONCE);
      await Promise.all([this.#afflict(), this.#look()]);
      this.wrong.push(...(await this.#stage.rest()), ...(await this.#stage.leaked()), ...(await this.#stage.defects()));
      const { streams, flows } = this.books;
      this.wrong.push(...streams.mismatches, ...streams.illegal, ...flows.wrong, ...this.#growths);
    } finally {
      await this.#stage.close();
    }
  }

  get #warmMs(): number {
    return this.#ms * WARM_UP_SHARE;
  }

  /** How much an hour a slope must show before it is growth. */
  get growthBound(): number {
    const shareOfHour = this.#ms / 3_600_000;
    const measuredHours = shareOfHour * (1 - WARM_UP_SHARE);
    return GROWTH_MIB_PER_HOUR + (KEPT_MIB * Math.max(0, 1 - shareOfHour)) / measuredHours;
  }

  get #growths(): readonly string[] {
    return [...this.charts]
      .map(([name, chart]) => [name, chart.since(this.#warmMs, 'RSS MiB').perHour] as const)
      .filter(([, perHour]) => perHour > this.growthBound)
      .map(([name, perHour]) => `${name} grows by ${perHour.toFixed(1)} MiB an hour`);
  }

  /** One after the other, though some last longer than it is until the next. */
  async #afflict(): Promise<void> {
    const over = performance.now() + this.#ms;
    const inflicted: Promise<void>[] = [];
    while (performance.now() < over) {
      const [protocol, cell] = this.#cells[this.#chance.between(0, this.#cells.length - 1)]!;
      const line = this.#stage.lines.find((each) => each.protocol === protocol)!;
      inflicted.push(this.#inflict(cell, line));
      await elapse(FAULT_EVERY_MS);
    }
    await Promise.all(inflicted);
  }

  async #inflict(cell: Cell, line: Line): Promise<void> {
    try {
      // Many conversations are over before a fault of theirs has bitten.
      for (let amount = 0, tries = 0; amount === 0 && tries < TRIES; tries++) {
        amount = await cell.inflict(line);
        this.tally.add(cell.kind, cell.place, line.protocol, amount);
      }
    } catch (error) {
      this.wrong.push(String(error));
    }
  }

  async #look(): Promise<void> {
    const begun = performance.now();
    for (let atMs = 0; atMs <= this.#ms; atMs = performance.now() - begun) {
      for (const [name, { pid }] of this.#stage.processes) {
        const chart = this.charts.get(name) ?? new Chart();
        this.charts.set(name, chart);
        chart.look(pid, atMs);
      }
      if (Math.round(atMs / LOOK_EVERY_MS) % 6 === 0)
        this.#tell(
          `${(atMs / 60_000).toFixed(1)} min: ${this.tally.landed} faults landed; MB resident: ${this.#stage.sizes}`,
        );
      await elapse(LOOK_EVERY_MS);
    }
  }

  /** Conversations a second that were begun, protocol by protocol: a fault holds some up, and so does a machine that has no time. */
  get load(): string {
    const each = ({ protocol, begun }: Line) => `${(begun / (this.#ms / 1_000)).toFixed(1)} ${protocol}`;
    return this.#stage.lines.map(each).join(', ');
  }

  toString(): string {
    return tableOf(this.charts, this.#warmMs);
  }
}
