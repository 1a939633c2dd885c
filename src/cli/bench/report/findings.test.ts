import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findings, pathOf } from './findings.ts';
import { figure } from './samples.testkit.ts';

const one = (series: Parameters<typeof figure>[1]) => findings([figure('http.c1', series)])[0]!;

describe('paired ratios', () => {
  it('divide within a round, so that a machine that slows down slows no ratio', () => {
    const found = one({ direct: [100, 50, 25, 10], tls: [40, 20, 10, 4] });
    expect(pathOf(found, 'tls')?.ratio).toMatchObject({
      samples: [0.4, 0.4, 0.4, 0.4],
      median: 0.4,
      low: 0.4,
      high: 0.4,
    });
    expect(pathOf(found, 'tls')?.median).toBe(15);
  });

  it('are the same whatever happens to whole rounds', () => {
    const positive = fc.double({ min: 0.01, max: 100, noNaN: true });
    const rounds = fc.array(fc.tuple(positive, positive, positive), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(rounds, (samples) => {
        const quiet = one({ direct: samples.map(([d]) => d), tls: samples.map(([, t]) => t) });
        const noisy = one({ direct: samples.map(([d, , n]) => d * n), tls: samples.map(([, t, n]) => t * n) });
        expect(noisy.paths[1]!.ratio!.median / quiet.paths[1]!.ratio!.median).toBeCloseTo(1, 9);
      }),
    );
  });

  it('leave out rounds in which the direct path gave nothing', () => {
    const found = one({ direct: [10, 0, Number.NaN, 20], tls: [5, 5, 5, 5] });
    expect(pathOf(found, 'tls')?.ratio?.samples).toEqual([0.5, 0.25]);
    expect(pathOf(found, 'direct')?.samples).toEqual([10, 0, 20]);
  });

  it('leave out rounds that the direct path does not have', () => {
    expect(pathOf(one({ direct: [10], tls: [5, 5, 5] }), 'tls')?.ratio?.samples).toEqual([0.5]);
  });

  it('are not there without a direct path, nor for it', () => {
    expect(pathOf(one({ tls: [1, 2] }), 'tls')?.ratio).toBeNull();
    expect(pathOf(one({ direct: [1, 2] }), 'direct')?.ratio).toBeNull();
    expect(pathOf(one({ direct: [0, 0], plain: [1, 2] }), 'plain')?.ratio).toBeNull();
  });

  it('leave out a path that has no number at all', () => {
    expect(one({ direct: [1], tls: [], plain: [Number.NaN] }).paths.map(({ path }) => path)).toEqual(['direct']);
  });
});
