/**
 * Gathers the sessions that have something to do, and turns each of them once at the end of the reactor's turn.
 * Knows nothing of what a turn does.
 */
import type { Defect } from '../contract/defect.ts';
import type { Reactor } from '../contract/reactor.ts';

export interface Turning {
  /** Set while it waits for its turn, so that asking a thousand times costs one place. */
  turnDue: boolean;
  turn(): void;
}

export class Turns {
  readonly #reactor: Pick<Reactor, 'schedule'>;
  /** Told of what sessions meet that is a defect of this program. */
  readonly defect: Defect;
  #waiting: Turning[] = [];
  #turning: Turning[] = [];

  constructor(reactor: Pick<Reactor, 'schedule' | 'onTurn' | 'defect'>) {
    this.#reactor = reactor;
    this.defect = reactor.defect;
    reactor.onTurn.push(() => this.#turnAll());
  }

  /** Who asks during the end of a turn is served at the end of the next one, so that no session can hold the reactor. */
  ready(session: Turning): void {
    if (session.turnDue) return;
    session.turnDue = true;
    this.#waiting.push(session);
    this.#reactor.schedule();
  }

  #turnAll(): void {
    const turning = this.#waiting;
    this.#waiting = this.#turning;
    this.#turning = turning;
    for (let i = 0; i < turning.length; i++) {
      const session = turning[i]!;
      session.turnDue = false;
      this.#turn(session);
    }
    turning.length = 0;
  }

  #turn(session: Turning): void {
    try {
      session.turn();
    } catch (error) {
      this.defect(error);
    }
  }
}
