// How many lines may scroll: a burst, then so many a second; the rest is only counted. Pure.

/** What the eye can follow a second, and what may come at once after a quiet time. */
const LINES_PER_SECOND = 10;
const BURST = 20;

export class Pace {
  #left = BURST;
  #lastAt: number;
  #skipped = 0;

  constructor(now: number) {
    this.#lastAt = now;
  }

  /** True if a line may be shown now; otherwise it is counted. */
  take(now: number): boolean {
    this.#left = Math.min(BURST, this.#left + ((now - this.#lastAt) / 1_000) * LINES_PER_SECOND);
    this.#lastAt = now;
    if (this.#left < 1) {
      this.#skipped += 1;
      return false;
    }
    this.#left -= 1;
    return true;
  }

  /** How many were not shown since this was asked last. */
  skipped(): number {
    const skipped = this.#skipped;
    this.#skipped = 0;
    return skipped;
  }
}
