import type { Clock } from '../contract/clock.ts';
import type { AwayDestination, LiveDestination } from '../contract/exposure.ts';
import type { Limits } from '../contract/limits.ts';

/** Visits that wait for an agent to come back: how many, and for how long. Knows nothing of HTTP or of pipes. */
export class Holds {
  readonly #clock: Clock;
  readonly #limits: Limits;
  #held = 0;

  constructor(clock: Clock, limits: Limits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  get held(): number {
    return this.#held;
  }

  /**
   * Calls `told` once: with the destination, or with undefined when the agent did not come in time. Returns what takes the wish
   * back; undefined if too many wait already, and then nobody is told.
   */
  hold(away: AwayDestination, told: (now: LiveDestination | undefined) => void): (() => void) | undefined {
    if (this.#held >= this.#limits.visitsHeld) return undefined;
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
    const timer = this.#clock.after(this.#limits.agentHoldMs, () => settle() && told(undefined));
    const forget = away.wait((now) => settle() && told(now));
    return () => void settle();
  }
}
