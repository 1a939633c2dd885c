import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimate, spread, trend } from './statistics.ts';

const numbers = fc.array(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 60 });
const sequence = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** Numbers between 0 and 1 that are the same in every run (Marsaglia's xorshift32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

describe('the interval of a median', () => {
  // 1 − 2 · P(Binomial(n, ½) < k), as the tables of order statistics have it.
  it.each([
    [1, 1, 1, 0],
    [2, 1, 2, 0.5],
    [3, 1, 3, 0.75],
    [5, 1, 5, 0.9375],
    [6, 1, 6, 0.96875],
    [8, 1, 8, 0.9921875],
    [9, 2, 8, 0.9609375],
    [10, 2, 9, 0.978515625],
    [15, 4, 12, 0.96484375],
    [20, 6, 15, 0.9586105346679688],
  ])('of %i samples goes from rank %i to rank %i and holds it with %f', (count, low, high, confidence) => {
    const found = estimate(sequence(count).toReversed())!;
    expect([found.low, found.high]).toEqual([low, high]);
    expect(found.confidence).toBeCloseTo(confidence, 12);
  });

  it('is not there without a sample', () => {
    expect(estimate([])).toBeUndefined();
  });

  it('lies around the median and inside the samples, whatever they are', () => {
    fc.assert(
      fc.property(numbers, (samples) => {
        const { low, median, high } = estimate(samples)!;
        expect(Math.min(...samples)).toBeLessThanOrEqual(low);
        expect(low).toBeLessThanOrEqual(median);
        expect(median).toBeLessThanOrEqual(high);
        expect(high).toBeLessThanOrEqual(Math.max(...samples));
      }),
    );
  });

  it('does not depend on the order, and scales with the unit', () => {
    fc.assert(
      fc.property(numbers, (samples) => {
        const found = estimate(samples)!;
        const other = estimate(samples.map((sample) => sample * 4).toReversed())!;
        expect([other.low, other.median, other.high]).toEqual([found.low * 4, found.median * 4, found.high * 4]);
      }),
    );
  });

  it('stays an interval of a thousand rounds', () => {
    const found = estimate(sequence(1_000))!;
    expect(found.confidence).toBeGreaterThanOrEqual(0.95);
    // Binomial(1000, ½): 500 ± 1.96 · √250 = 469 … 532.
    expect([found.low, found.high]).toEqual([469, 532]);
  });

  it.each([
    ['even', (u: number) => u, 0.5],
    ['skewed', (u: number) => -Math.log(1 - u), Math.LN2],
    ['heavy-tailed', (u: number) => Math.tan(Math.PI * (u - 0.5)), 0],
  ])('holds the true median as often as it says, of an %s distribution', (_name, of, truth) => {
    const next = random(20_261_121);
    for (const count of [5, 7, 12]) {
      const trials = 4_000;
      let held = 0;
      let confidence = 0;
      for (let trial = 0; trial < trials; trial++) {
        const found = estimate(Array.from({ length: count }, () => of(next())))!;
        confidence = found.confidence;
        if (found.low <= truth && truth <= found.high) held++;
      }
      // Three and a half standard errors of a share near 0.95 in 4,000 trials are 0.012.
      expect(Math.abs(held / trials - confidence)).toBeLessThan(0.013);
    }
  });
});

describe('the shape of a series', () => {
  it('is spread by its range over its median', () => {
    expect(spread([90, 100, 110])).toBeCloseTo(0.2);
    expect(spread([5, 5])).toBe(0);
  });

  it('has a trend between −1 and 1, and none without an order', () => {
    expect(trend([1, 2, 3, 4])).toBe(1);
    expect(trend([4, 3, 2, 1])).toBe(-1);
    expect(trend([2, 2, 2])).toBe(0);
    expect(trend([7])).toBe(0);
    fc.assert(fc.property(numbers, (samples) => Math.abs(trend(samples)) <= 1));
  });

  it('has the opposite trend backwards', () => {
    fc.assert(fc.property(numbers, (samples) => trend(samples.toReversed()) === 0 - trend(samples)));
  });
});
