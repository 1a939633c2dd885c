import type { Clock } from '../contract/clock.ts';
import type { LimitName, Limits } from '../contract/limits.ts';
import type { Tries } from '../contract/tries.ts';
import { hostKey } from './address.ts';

const MINUTE_MS = 60_000;

interface Failures {
  readonly count: number;
  readonly since: number;
}

/** Counts wrong secrets an address and minute. A full count begins a minute of its own, in which nothing counts. */
export class FailedTries implements Tries {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #bound: (limit: LimitName) => void;
  /** In the order of their last failures. */
  readonly #failures = new Map<string, Failures>();

  /** `bound`: told when the table was full and an address is forgotten. */
  constructor(clock: Clock, limits: Limits, bound: (limit: LimitName) => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#bound = bound;
  }

  waitMs(address: string): number {
    const { count, since } = this.#current(hostKey(address));
    return count < this.#limits.authFailuresPerMinute ? 0 : since + MINUTE_MS - this.#clock.now();
  }

  failed(address: string): void {
    const key = hostKey(address);
    const { count, since } = this.#current(key);
    const full = count + 1 >= this.#limits.authFailuresPerMinute;
    this.#failures.delete(key);
    this.#makeRoom();
    this.#failures.set(key, { count: count + 1, since: full ? this.#clock.now() : since });
  }

  /** None, where the last minute is over. */
  #current(key: string): Failures {
    const now = this.#clock.now();
    const failures = this.#failures.get(key);
    return failures !== undefined && now - failures.since < MINUTE_MS ? failures : { count: 0, since: now };
  }

  #makeRoom(): void {
    const now = this.#clock.now();
    const oldest = this.#failures.entries().next().value;
    if (oldest === undefined || this.#failures.size < this.#limits.authFailureAddresses) return;
    this.#failures.delete(oldest[0]);
    if (now - oldest[1].since < MINUTE_MS) this.#bound('authFailureAddresses');
  }
}
