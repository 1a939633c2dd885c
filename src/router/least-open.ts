/** What a stream may be given to. */
export interface Candidate {
  /** Streams it has now. */
  readonly streams: number;
  /** Others come first: it has just failed. */
  readonly shunned: boolean;
}

/**
 * Chooses whoever has the fewest streams, and of equals one after the other: whoever is slow, or does not answer at all, keeps its
 * streams longer and so gets fewer.
 */
export class LeastOpen {
  #turn = 0;

  /** Undefined only where there is nobody. */
  pick<T extends Candidate>(candidates: readonly T[]): T | undefined {
    const { length } = candidates;
    this.#turn = length === 0 ? 0 : (this.#turn + 1) % length;
    let best: T | undefined;
    for (let i = 0; i < length; i += 1) {
      const each = candidates[(this.#turn + i) % length] as T;
      if (best === undefined || isBetter(each, best)) best = each;
    }
    return best;
  }
}

function isBetter(one: Candidate, other: Candidate): boolean {
  return one.shunned === other.shunned ? one.streams < other.streams : other.shunned;
}
