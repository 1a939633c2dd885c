// Thresholds against what was measured.
import type { Unit } from '../report-types.ts';
import { type FigureFinding, pathOf } from './findings.ts';
import { quantity, ratioText } from './quantity.ts';
import type { Estimate } from './statistics.ts';
import type { Operator, Threshold } from './threshold.ts';

export interface Verdict extends Threshold {
  readonly holds: boolean;
  /** The median that was compared; null when the figure could not be measured, which holds no threshold. */
  readonly measured: Pick<Estimate, 'median' | 'low' | 'high'> | null;
  /** The bound lies inside the interval: another run may end the other way. */
  readonly close: boolean;
  readonly words: string;
}

const COMPARE: Readonly<Record<Operator, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
};

function wordsOf({ statistic, operator, bound }: Threshold, found: Estimate, unit: Unit, close: boolean): string {
  const text = statistic === 'ratio' ? ratioText : (value: number) => quantity(value, unit);
  const interval = found.confidence === 0 ? 'one round' : `${text(found.low)} to ${text(found.high)}`;
  const unsure = close ? '; the bound lies inside, so another run may end the other way' : '';
  return `measured ${text(found.median)} (${interval}), wanted ${operator} ${text(bound)}${unsure}`;
}

function check(threshold: Threshold, figures: readonly FigureFinding[]): Verdict {
  const figure = figures.find(({ id }) => id === threshold.figure);
  const finding = pathOf(figure, threshold.path);
  const found = threshold.statistic === 'ratio' ? finding?.ratio : finding;
  if (!figure || !found)
    return { ...threshold, holds: false, measured: null, close: false, words: 'it was not measured' };
  const { median, low, high, confidence } = found;
  const close = confidence > 0 && low <= threshold.bound && threshold.bound <= high;
  return {
    ...threshold,
    holds: COMPARE[threshold.operator](median, threshold.bound),
    measured: { median, low, high },
    close,
    words: wordsOf(threshold, found, figure.unit, close),
  };
}

export const checkThresholds = (
  thresholds: readonly Threshold[],
  figures: readonly FigureFinding[],
): readonly Verdict[] => thresholds.map((threshold) => check(threshold, figures));
