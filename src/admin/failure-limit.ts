/** How many wrong tokens an address may send. Knows addresses and times; refuses to know tokens. */
import type { Clock } from '../contract/clock.ts';

const MINUTE_MS = 60_000;
/** Addresses remembered at once: about 100 bytes each. Above it the one that failed longest ago is forgotten. */
const ADDRESSES = 4_096;

interface Failures {
  count: number;
  readonly since: number;
}

export class FailureLimit {
  readonly #clock: Clock;
  readonly #perMinute: number;
  /** In the order of their last failures. */
  readonly #failures = new Map<string, Failures>();

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  /** Milliseconds the address must wait before anything it sends is looked at; 0: none. */
  waitMs(address: string): number {
    const failures = this.#current(address);
    if (failures === undefined || failures.count < this.#perMinute) return 0;
    return failures.since + MINUTE_MS - this.#clock.now();
  }

  /** A wrong token came. A full count begins a minute of its own, in which nothing is looked at. */
  failed(address: string): void {
    const count = (this.#current(address)?.count ?? 0) + 1;
    const since = count === 1 || count >= this.#perMinute ? this.#clock.now() : this.#current(address)!.since;
    this.#failures.delete(address);
    if (this.#failures.size >= ADDRESSES) this.#failures.delete(this.#failures.keys().next().value!);
    this.#failures.set(address, { count, since });
  }

  #current(address: string): Failures | undefined {
    const failures = this.#failures.get(address);
    if (failures !== undefined && this.#clock.now() - failures.since < MINUTE_MS) return failures;
    this.#failures.delete(address);
    return undefined;
  }
}
