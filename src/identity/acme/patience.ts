// From when an authority is asked again: a name by itself after its own failure, all of them after one of the authority's.
import type { Clock } from '../../contract/clock.ts';
import type { TunnelError } from '../../contract/errors.ts';
import { retryDelayMs } from './backoff.ts';
import type { Entry } from './entry.ts';
import type { AcmeFault } from './fault.ts';

export class Patience {
  readonly #clock: Clock;
  readonly #random: () => number;
  /** By the monotonic clock, for every name; and why. */
  #until = 0;
  #trouble: TunnelError | undefined;

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Milliseconds until this name may be asked for; 0: now. */
  waitMs(entry: Entry): number {
    return Math.max(entry.notBefore - this.#clock.now(), this.#until - this.#clock.now(), 0);
  }

  /** Why nobody is asked for anything now. */
  get trouble(): TunnelError | undefined {
    return this.#clock.now() < this.#until ? this.#trouble : undefined;
  }

  failed(entry: Entry, fault: AcmeFault): void {
    entry.failures += 1;
    const until = this.#clock.now() + retryDelayMs(fault, entry.failures, this.#random());
    entry.fail(fault, until);
    if (!fault.everybody) return;
    this.#trouble = fault;
    this.#until = Math.max(this.#until, until);
  }
}
