/** Counts what costs us more than the peer: resets and pings. Knows nothing of what happens when there are too many. */
import type { Clock } from '../contract/clock.ts';

const SECOND_MS = 1_000;

/** At most so many in any second that begins with the first of them. */
export class PerSecond {
  readonly #clock: Clock;
  readonly #most: number;
  #since = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(most: number, clock: Clock) {
    this.#most = most;
    this.#clock = clock;
  }

  /** Counts one. False: it is one too many, and is not counted. */
  take(): boolean {
    const now = this.#clock.now();
    if (now - this.#since >= SECOND_MS) {
      this.#since = now;
      this.#count = 0;
    }
    if (this.#count >= this.#most) return false;
    this.#count++;
    return true;
  }

  /** When the next one will be free, as `clock.now()` counts. */
  get freeAt(): number {
    return this.#count >= this.#most ? this.#since + SECOND_MS : this.#since;
  }
}
