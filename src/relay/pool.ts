import type { Clock } from '../contract/clock.ts';
import type { Pipe } from '../contract/pipe.ts';
import type { Stream, StreamHead, StreamOpener } from '../contract/stream.ts';
import { type Candidate, LeastOpen } from '../router/least-open.ts';
import type { AgentOpener } from './place.ts';

/**
 * Several agents that run one exposure together, as one opener: each stream is given to one of them when it is opened.
 * Knows who failed lately; knows nothing of names, nor of who may be in it.
 */

/** What a member of the pool runs: through whom, and under which number there. */
export interface Seat {
  readonly opener: AgentOpener;
  readonly exposure: number;
}

export class Pool implements StreamOpener {
  readonly #clock: Clock;
  readonly #shunMs: number;
  readonly #choice = new LeastOpen();
  #members: Member[] = [];

  /** `shunMs`: how long others come first after a member did not reach its origin. */
  constructor(clock: Clock, shunMs: number) {
    this.#clock = clock;
    this.#shunMs = shunMs;
  }

  /** Who stays keeps what is known of it. */
  seat(seats: readonly Seat[]): void {
    this.#members = seats.map(
      (seat) => this.#members.find((member) => member.seat === seat) ?? new Member(seat, this.#clock),
    );
  }

  get spare(): boolean {
    return this.#members.some((member) => !member.shunned);
  }

  /** Undefined if no member takes it. */
  open(head: StreamHead, visitor: Pipe): Stream | undefined {
    for (let left: readonly Member[] = this.#members; left.length > 0; ) {
      const member = this.#choice.pick(left) as Member;
      const stream = member.seat.opener.open({ ...head, exposure: member.seat.exposure }, visitor);
      if (stream !== undefined) {
        stream.unreached = () => member.shun(this.#shunMs);
        return stream;
      }
      left = left.filter((other) => other !== member);
    }
    return undefined;
  }
}

class Member implements Candidate {
  readonly seat: Seat;
  readonly #clock: Clock;
  #shunnedUntil = Number.NEGATIVE_INFINITY;

  constructor(seat: Seat, clock: Clock) {
    this.seat = seat;
    this.#clock = clock;
  }

  get streams(): number {
    return this.seat.opener.streams;
  }

  get shunned(): boolean {
    return this.#clock.now() < this.#shunnedUntil;
  }

  shun(ms: number): void {
    this.#shunnedUntil = this.#clock.now() + ms;
  }
}
