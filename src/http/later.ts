import type { Defect } from '../contract/defect.ts';
import type { Reactor } from '../contract/reactor.ts';

/** Runs things at the end of the turn: never from inside a call to a pipe, always before the process sleeps. */
export class Later {
  readonly #reactor: Pick<Reactor, 'schedule'>;
  readonly #defect: Defect;
  #due: (() => void)[] = [];
  #spare: (() => void)[] = [];

  /** Hooks into the reactor for good: one `Later` serves all connections of a reactor. */
  constructor(reactor: Pick<Reactor, 'schedule' | 'onTurn' | 'defect'>) {
    this.#reactor = reactor;
    this.#defect = reactor.defect;
    reactor.onTurn.push(() => this.#run());
  }

  /** Calls `run` once. What is deferred while others run waits for the next turn. */
  defer(run: () => void): void {
    this.#due.push(run);
    this.#reactor.schedule();
  }

  #run(): void {
    const due = this.#due;
    this.#due = this.#spare;
    this.#spare = due;
    for (const run of due) this.#runOne(run);
    due.length = 0;
  }

  #runOne(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#defect(error);
    }
  }
}
