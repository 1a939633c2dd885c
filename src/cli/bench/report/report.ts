// A bench run with everything concluded from it: made once, then only written down. Its outputs read this value and compute nothing.
import { TunnelError } from '../../../contract/errors.ts';
import type { Measured, Surroundings } from '../report-types.ts';
import { type Baseline, byOutcome, type Comparison, compare } from './baseline.ts';
import { type FigureFinding, findings } from './findings.ts';
import { type Remark, remarks } from './noise.ts';
import { tame } from './tame.ts';
import type { Threshold } from './threshold.ts';
import { checkThresholds, type Verdict } from './threshold-check.ts';

export interface Report {
  readonly surroundings: Surroundings;
  readonly figures: readonly FigureFinding[];
  readonly failures: Measured['failures'];
  /** What makes the figures doubtful. */
  readonly remarks: readonly Remark[];
  readonly thresholds: readonly Verdict[];
  readonly baseline: Comparison | null;
}

/** What was asked of the run before it began. */
export interface Asked {
  readonly thresholds: readonly Threshold[];
  readonly baseline?: Baseline | undefined;
}

export function reportOf(measured: Measured, { thresholds, baseline }: Asked): Report {
  const { surroundings, figures: raw, failures } = tame(measured);
  const figures = findings(raw);
  return {
    surroundings,
    figures,
    failures,
    remarks: remarks(figures, surroundings),
    thresholds: checkThresholds(thresholds, figures),
    baseline: baseline ? compare(tame(baseline), figures, surroundings) : null,
  };
}

/** Why the run ends with 99: a threshold was missed, or a ratio regressed. undefined when all is well. */
export function failureOf({ thresholds, baseline }: Report): TunnelError | undefined {
  const missed = thresholds.filter(({ holds }) => !holds).map(({ expression, words }) => `${expression}: ${words}`);
  const worse = byOutcome(baseline?.changes ?? []).regressed.map(
    ({ figure, path, words }) => `${figure}.${path} regressed, ${words}`,
  );
  if (missed.length > 0) return new TunnelError('TK-5009', [...missed, ...worse].join('. '));
  return worse.length > 0 ? new TunnelError('TK-5010', worse.join('. ')) : undefined;
}
