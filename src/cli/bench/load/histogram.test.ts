import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.ts';

describe('the histogram', () => {
  it('knows percentiles within a hundredth, of one process or of several', () => {
    const [one, other, all] = [new Histogram(), new Histogram(), new Histogram()];
    for (let us = 1; us <= 10_000; us++) (us % 2 === 0 ? one : other).add(us);
    all.merge(one.sparse);
    all.merge(other.sparse);
    for (const quantile of [0.01, 0.5, 0.99, 1]) {
      const exact = quantile * 10_000;
      expect(Math.abs(all.at(quantile) / exact - 1)).toBeLessThan(0.01);
    }
  });

  it('puts what is too short or too long at its ends', () => {
    const histogram = new Histogram();
    histogram.add(0);
    expect(histogram.at(0.5)).toBe(0.5);
    histogram.add(1e12);
    expect(histogram.at(1)).toBeGreaterThan(100e6);
  });

  it('has no percentile of nothing', () => {
    const histogram = new Histogram();
    histogram.add(5);
    histogram.clear();
    expect(() => histogram.at(0.5)).toThrow('nothing was answered');
  });
});
