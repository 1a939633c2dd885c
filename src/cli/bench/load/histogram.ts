// Times as counts in buckets of 0.5%: any number of them in 14 KiB, and those of several processes add up.

/** Buckets to a doubling. */
const STEPS = 128;
/** The shortest time told apart, and doublings above it: up to two minutes. */
const LOWEST_US = 0.5;
const DOUBLINGS = 28;

/** Buckets that hold something, as pairs of index and count. */
export type Sparse = readonly (readonly [bucket: number, count: number])[];

export class Histogram {
  readonly #buckets = new Uint32Array(STEPS * DOUBLINGS);
  #total = 0;

  add(us: number): void {
    const bucket = Math.round(Math.log2(us / LOWEST_US) * STEPS);
    this.#count(Math.min(Math.max(bucket, 0), this.#buckets.length - 1), 1);
  }

  merge(other: Sparse): void {
    for (const [bucket, count] of other) this.#count(bucket, count);
  }

  #count(bucket: number, count: number): void {
    this.#buckets[bucket] = this.#buckets[bucket]! + count;
    this.#total += count;
  }

  get sparse(): Sparse {
    return [...this.#buckets.entries()].filter(([, count]) => count > 0);
  }

  /** The time in µs that the share `quantile` of all times does not exceed. Throws when there is none. */
  at(quantile: number): number {
    if (this.#total === 0) throw new Error('nothing was answered');
    let left = Math.max(1, Math.ceil(this.#total * quantile));
    const bucket = this.#buckets.findIndex((count) => {
      left -= count;
      return left <= 0;
    });
    return LOWEST_US * 2 ** (bucket / STEPS);
  }

  clear(): void {
    this.#buckets.fill(0);
    this.#total = 0;
  }
}
