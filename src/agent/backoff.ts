import type { Clock } from '../contract/clock.ts';
import type { Limits } from '../contract/limits.ts';

/**
 * When to dial again. The first attempt of an outage comes within `retryFirstMs`, each later one within the outage so far,
 * held between `retryFloorMs` and `retryCeilingMs`. Every delay is uniform from zero: that is what keeps a herd of agents apart,
 * while a delay bounded by the outage keeps a short one short. Exponential schedules do neither.
 */
export class Backoff {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #random: () => number;
  #outageSince: number | undefined;
  #admittedAt: number | undefined;

  /** `random`: uniform in [0, 1). */
  constructor(clock: Clock, limits: Limits, random: () => number) {
    this.#clock = clock;
    this.#limits = limits;
    this.#random = random;
  }

  /** The gateway has admitted this agent: what is lost from now on is a new outage. */
  admitted(): void {
    this.#admittedAt = this.#clock.now();
  }

  /** An attempt failed, or a session was lost: milliseconds until the next attempt. */
  next(): number {
    const now = this.#clock.now();
    const { retryFirstMs, retryFloorMs, retryCeilingMs, sessionSettledMs } = this.#limits;
    if (this.#outageSince === undefined || this.#admittedAt !== undefined) {
      // A gateway that admits and drops at once must not be dialled four times a second for it.
      const unsettled = this.#admittedAt !== undefined && now - this.#admittedAt < sessionSettledMs;
      this.#outageSince = now;
      this.#admittedAt = undefined;
      return this.#random() * (unsettled ? retryFloorMs : retryFirstMs);
    }
    return this.#random() * Math.min(Math.max(now - this.#outageSince, retryFloorMs), retryCeilingMs);
  }

  /** The gateway said when to come: its time, bounded, and a little chance so that those told the same do not come together. */
  after(comeBackInMs: number): number {
    return Math.min(comeBackInMs, this.#limits.comeBackMaxMs) + this.next();
  }
}
