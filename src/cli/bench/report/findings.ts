// Measured rounds → figures with medians, paired ratios and their intervals. Knows how paths are paired; refuses to judge them.
import type { Figure, Path, Series } from '../report-types.ts';
import { type Estimate, estimate } from './statistics.ts';

/** One path of a figure. `ratio`: tunnel / direct, round by round; null on the direct path and where there is no direct one. */
export interface PathFinding extends Estimate {
  readonly path: Path;
  readonly ratio: Estimate | null;
}

export interface FigureFinding extends Omit<Figure, 'series'> {
  readonly paths: readonly PathFinding[];
}

/**
 * The samples of one round were taken one after the other, so what slows the machine for a minute slows both: the ratio is taken within
 * the round, and only then the median. A round without a number on either side, or with nothing measured directly, gives no ratio.
 */
function ratios(tunnel: Series, direct: Series | undefined): readonly number[] {
  if (tunnel.path === 'direct' || !direct) return [];
  return tunnel.samples.map((sample, round) => sample / (direct.samples[round] ?? 0)).filter(Number.isFinite);
}

function pathFinding(series: Series, direct: Series | undefined): readonly PathFinding[] {
  const found = estimate(series.samples.filter(Number.isFinite));
  return found ? [{ path: series.path, ...found, ratio: estimate(ratios(series, direct)) ?? null }] : [];
}

/** The figures in their order; a path without any number is left out. */
export function findings(figures: readonly Figure[]): readonly FigureFinding[] {
  return figures.map(({ series, ...figure }) => {
    const direct = series.find(({ path }) => path === 'direct');
    return { ...figure, paths: series.flatMap((one) => pathFinding(one, direct)) };
  });
}

export const pathOf = (figure: FigureFinding | undefined, path: Path): PathFinding | undefined =>
  figure?.paths.find((finding) => finding.path === path);
