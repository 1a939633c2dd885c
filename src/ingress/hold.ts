import type { Clock } from '../contract/clock.ts';
import type { AwayDestination, LiveDestination } from '../contract/exposure.ts';
import type { LimitName, Limits } from '../contract/limits.ts';

/** Visits that wait for an agent to come back: how many, and for how long. Knows nothing of HTTP or of pipes. */
export class Holds {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #bound: (limit: LimitName) => void;
  #held = 0;

  /** `bound`: told of each visit that was not held, or not long enough. */
  constructor(clock: Clock, limits: Limits, bound: (limit: LimitName) => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#bound = bound;
  }

  get held(): number {
    return this.#held;
  }

  /**
   * Calls `told` once: with the destination, or with undefined when the agent did not come in time. Returns what takes the wish
   * back; undefined if too many wait already, and then nobody is told.
   */
  hold(away: AwayDestination, told: (now: LiveDestination | undefined) => void): (() => void) | undefined {
    if (this.#held >= this.#limits.visitsHeld) {
      this.#bound('visitsHeld');
      return undefined;
    }
    this.#held += 1;
    let over = false;
    const settle = (): boolean => {
      if (over) return false;
      over = true;
      this.#held -= 1;
      timer.cancel();
      forget();
      return true;
    };
    const timer = this.#clock.after(this.#limits.agentHoldMs, () => {
      if (!settle()) return;
      this.#bound('agentHoldMs');
      told(undefined);
    });
    const forget = away.wait((now) => settle() && told(now));
    return () => void settle();
  }
}
