// Medians, and how sure they are. Knows numbers only; refuses to know what they measure.

/** A median with the interval around it. `confidence`: how often such an interval holds the true median, 0 to 1. */
export interface Estimate {
  readonly samples: readonly number[];
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
}

/** What the interval should hold the true median with, where the samples are enough for it. */
const CONFIDENCE_WANTED = 0.95;

/** The fewest samples whose range is a 95 % interval: 1 − 2 · 0.5⁶ = 0.969. */
export const ROUNDS_FOR_CONFIDENCE = 6;

export function median(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(half)]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/**
 * The median, and the exact interval between two order statistics: whatever the distribution, `x(k) … x(n+1−k)` holds the true median
 * unless fewer than k of n fair coins show heads, or fewer than k tails (Thompson 1936; David and Nagaraja, Order Statistics, §7.1).
 * It takes the narrowest such interval of at least 95 %; below six samples there is none, and it takes the whole range and says what that
 * is worth: 94 % of five, 75 % of three, nothing of one. A bootstrap of so few samples would say 95 % and hold less.
 * It rests on the rounds being alike and independent, which is why noise is looked for beside it.
 * undefined when there is no sample.
 */
export function estimate(samples: readonly number[]): Estimate | undefined {
  const count = samples.length;
  if (count === 0) return undefined;
  const sorted = samples.toSorted((a, b) => a - b);
  let confidence = 1;
  let rank = 0;
  // P(fewer than k heads of n), added up term by term; 2⁻ⁿ keeps its precision for every count of rounds one could wait for.
  let term = 0.5 ** count;
  for (let k = 1; k <= Math.ceil(count / 2); k++) {
    const next = confidence - 2 * term;
    if (k > 1 && next < CONFIDENCE_WANTED) break;
    confidence = Math.max(0, next);
    rank = k;
    term *= (count - k + 1) / k;
  }
  return { samples, median: median(sorted), low: sorted[rank - 1]!, high: sorted[count - rank]!, confidence };
}

/** How far the samples lie apart, as a share of their median: 0.2 is a fifth. */
export function spread(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return (sorted.at(-1)! - sorted[0]!) / median(sorted);
}

/**
 * Kendall's tau of the samples against their order: 1 when each is more than the one before, −1 when each is less (Mann 1945).
 * Equal samples count for neither.
 */
export function trend(samples: readonly number[]): number {
  let rising = 0;
  for (let later = 1; later < samples.length; later++)
    for (let earlier = 0; earlier < later; earlier++) rising += Math.sign(samples[later]! - samples[earlier]!);
  return samples.length < 2 ? 0 : rising / ((samples.length * (samples.length - 1)) / 2);
}
