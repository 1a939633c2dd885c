// What inflicts: several hands on each line and one on the gateway, each with one fault after the other.
import { setTimeout as elapse } from 'node:timers/promises';
import type { Afflicting, Cell } from '../cells/cell.testkit.ts';
import { cellsOf } from '../cells/index.testkit.ts';
import { pauseMs, stopped } from '../cells/processes.testkit.ts';
import type { Line } from '../line.testkit.ts';
import { IN_FLIGHT_MS } from '../relayed.ts';
import type { Protocol } from '../speech/index.ts';
import type { Stage } from '../stage.testkit.ts';
import { Tally } from './tally.ts';

/** A patient campaign also moves bytes: that is the most that a hand rests between two faults. */
const REST_MS = 4_000;
/** So long the gateway's turn waits for all lines to be busy. */
const PATIENCE_MS = 3_000;
/** Quick faults at once on each line, beside those that take their time. */
const QUICK = 2;

type Place = Pick<Cell, 'kind' | 'place'>;
const GATEWAY: readonly Place[] = [
  { kind: 'kill', place: 'gateway' },
  { kind: 'stop', place: 'gateway' },
];

export class Hands {
  readonly tally: Tally;
  /** The first fault that could not be inflicted, and what agent and gateway said last. */
  failed: string | undefined;
  readonly #stage: Stage;
  readonly #afflicting: Afflicting;
  readonly #protocols: readonly Protocol[];
  readonly #cells: ReadonlyMap<Protocol, readonly Cell[]>;
  /** Between two faults of the gateway. */
  readonly #quietMs: number;

  constructor(stage: Stage, protocols: readonly Protocol[], afflicting: Afflicting, quietMs: number) {
    this.#stage = stage;
    this.#protocols = protocols;
    this.#afflicting = afflicting;
    this.#quietMs = quietMs;
    this.#cells = new Map(protocols.map((protocol) => [protocol, cellsOf(protocol, afflicting)]));
    const named = (protocol: Protocol) =>
      [...this.#cells.get(protocol)!, ...GATEWAY].map(({ kind, place }) => [kind, place, protocol] as const);
    this.tally = new Tally(protocols, protocols.flatMap(named));
  }

  /** Resolves when it is `over`, or there is nothing more to want, and no fault lasts any more. */
  async work(over: () => boolean): Promise<void> {
    const each = (line: Line) => this.#of(line).map((cells) => this.#afflictLine(line, cells, over));
    await Promise.all([...this.#stage.lines.flatMap(each), this.#afflictGateway(over)]);
  }

  /** What is inflicted on a line at once. The long faults of a patient campaign come one at a time, or nothing would move for most of it. */
  #of({ protocol }: Line): readonly (readonly Cell[])[] {
    const all = this.#cells.get(protocol)!;
    const dear = all.filter(({ cost }) => cost > 1);
    const cheap = all.filter(({ cost }) => cost === 1);
    const processes = dear.filter(({ place }) => place === 'agent');
    const packets = dear.filter(({ place }) => place !== 'agent');
    return [...(this.#afflicting.patient ? [dear] : [processes, packets]), ...Array<Cell[]>(QUICK).fill(cheap)];
  }

  /** One fault after the other: the ones that landed least come first, the dear ones less often. */
  async #afflictLine(line: Line, cells: readonly Cell[], over: () => boolean): Promise<void> {
    const { protocol } = line;
    const { chance, patient } = this.#afflicting;
    while (!over() && this.failed === undefined && this.#wants(cells, [protocol])) {
      const due = (cell: Cell) => this.tally.count(cell.kind, cell.place, protocol) * cell.cost + chance.next();
      const cell = cells.map((each) => [due(each), each] as const).sort(([a], [b]) => a - b)[0]![1];
      try {
        this.tally.add(cell.kind, cell.place, protocol, await cell.inflict(line));
      } catch (error) {
        const said = [line.agent.running, this.#stage.gateway.running].map(({ stderr }) => stderr.slice(-1_000));
        this.failed ??= `${protocol}: ${error}\n${said.join('\n')}`;
      }
      const rested = performance.now() + (patient ? chance.between(0, REST_MS) : 0);
      while (!over() && performance.now() < rested) await elapse(20);
    }
  }

  /** A patient campaign never has enough. */
  #wants(cells: readonly Place[], protocols: readonly Protocol[]): boolean {
    const lacks = ({ kind, place }: Place) =>
      protocols.some((protocol) => this.tally.count(kind, place, protocol) === 0);
    return this.#afflicting.patient || cells.some(lacks);
  }

  /** What happens to the gateway happens to every line that was busy. */
  async #afflictGateway(over: () => boolean): Promise<void> {
    const { lines } = this.#stage;
    const idle = () => lines.some((line) => line.idleMs > IN_FLIGHT_MS);
    for (let turn = 0; !over() && this.failed === undefined && this.#wants(GATEWAY, this.#protocols); turn++) {
      const quiet = performance.now() + this.#quietMs;
      while (!over() && performance.now() < quiet) await elapse(20);
      const patience = performance.now() + PATIENCE_MS;
      while (!over() && idle() && performance.now() < patience) await elapse(1);
      if (over()) return;
      const busy = lines.filter((line) => line.idleMs <= IN_FLIGHT_MS);
      const { kind, place } = GATEWAY[turn % GATEWAY.length]!;
      const { running } = this.#stage.gateway;
      const amount = await (kind === 'kill' ? this.#stage.killGateway() : stopped(running, pauseMs(this.#afflicting)));
      for (const { protocol } of busy) this.tally.add(kind, place, protocol, amount);
    }
  }
}
