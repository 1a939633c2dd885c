import type { Clock, Timer } from '../contract/clock.ts';

/**
 * One moment that moves often, over few timers: moving it later arms nothing, the timer that fires too early looks again.
 * So a connection that serves a thousand requests a second touches the wheel once in several seconds.
 */
export class Deadline {
  readonly #clock: Clock;
  readonly #reached: () => void;
  #at = Number.POSITIVE_INFINITY;
  #timer: Timer | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, reached: () => void) {
    this.#clock = clock;
    this.#reached = reached;
  }

  set(inMs: number): void {
    this.#at = this.#clock.now() + inMs;
    if (this.#at >= this.#timerAt) return;
    this.#timer?.cancel();
    this.#arm(inMs);
  }

  clear(): void {
    this.#at = Number.POSITIVE_INFINITY;
  }

  /** Nothing fires any more. */
  end(): void {
    this.clear();
    this.#timer?.cancel();
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #arm(inMs: number): void {
    this.#timerAt = this.#clock.now() + inMs;
    this.#timer = this.#clock.after(inMs, () => this.#fired());
  }

  #fired(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    if (this.#at === Number.POSITIVE_INFINITY) return;
    const left = this.#at - this.#clock.now();
    if (left > 0) {
      this.#arm(left);
      return;
    }
    this.clear();
    this.#reached();
  }
}
