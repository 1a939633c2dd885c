// Chance that can be had again: the same seed gives the same everywhere.

export type Random = () => number;

/** Mulberry32: small, and equally spread over [0, 1). */
export function random(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Chance for the `nth` of something. */
export const randomOf = (seed: number, nth: number): Random => random((seed + Math.imul(nth + 1, 0x9e3779b1)) | 0);

export const pick = <T>(next: Random, from: readonly T[]): T => from[Math.floor(next() * from.length)]!;
