// Handshakes that wait for a certificate: how many, and for how long.
import type { Clock } from '../../contract/clock.ts';
import type { LimitName, Limits } from '../../contract/limits.ts';

export class Waits {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #bound: (limit: LimitName) => void;
  #count = 0;

  /** `bound`: told of each handshake that does not wait, or not long enough. */
  constructor(clock: Clock, limits: Limits, bound: (limit: LimitName) => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#bound = bound;
  }

  /** Settles with `coming`, or when it has been waited for long enough. Undefined where nothing is to be waited for, or too many do. */
  bounded(coming: Promise<void> | undefined): Promise<void> | undefined {
    if (coming === undefined) return undefined;
    if (this.#count >= this.#limits.certificateWaits) {
      this.#bound('certificateWaits');
      return undefined;
    }
    this.#count += 1;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#clock.after(this.#limits.certificateWaitMs, () => {
      this.#bound('certificateWaitMs');
      resolve();
    });
    void coming.then(resolve);
    return promise.finally(() => {
      this.#count -= 1;
      timer.cancel();
    });
  }
}
