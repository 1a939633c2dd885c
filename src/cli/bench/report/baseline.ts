// This run against an earlier one: ratios only, because absolute numbers belong to one machine on one day.
import type { Path, Surroundings } from '../report-types.ts';
import { type FigureFinding, pathOf } from './findings.ts';
import { percent } from './quantity.ts';
import type { Estimate } from './statistics.ts';
import { ratioRange } from './words.ts';

/** Less than this is no regression worth stopping a commit for, however sure it is. */
export const CHANGE_MIN = 0.05;

/** What may lie between the far ends of two intervals that still count as the same. */
export const SAME_MAX = 0.15;

/**
 * Two samples of four lie apart by chance in 2 of C(8, 4) = 70 cases, 2.9% (Mann and Whitney 1947); of three in 10%.
 * So with fewer rounds on either side nothing is called a change. With six it is 2 of 924: of forty ratios, one is called a regression
 * by chance in a run of twenty-three, as far as the rounds of two runs differ by chance only.
 */
export const ROUNDS_MIN = 4;

/** What is read of an earlier report. */
export interface Baseline {
  readonly file: string;
  readonly surroundings: Pick<
    Surroundings,
    'startedAt' | 'tunnelkit' | 'cpu' | 'cores' | 'platform' | 'origin' | 'seconds'
  >;
  readonly figures: readonly {
    readonly id: string;
    readonly paths: readonly { readonly path: string; readonly ratio: Estimate | null }[];
  }[];
}

export type Outcome = 'improved' | 'same' | 'regressed' | 'inconclusive';

type Ratio = Pick<Estimate, 'median' | 'low' | 'high'>;

export interface Change {
  readonly figure: string;
  readonly path: Path;
  readonly before: Ratio;
  readonly now: Ratio;
  /** Of what is good, so that less is worse whichever way the figure counts: −0.1 is a tenth worse. */
  readonly change: number;
  readonly outcome: Outcome;
  readonly words: string;
}

export interface Comparison {
  readonly file: string;
  readonly startedAt: string;
  readonly tunnelkit: string;
  /** What makes the two runs less comparable: another machine, another origin. */
  readonly differences: readonly string[];
  readonly changes: readonly Change[];
  /** Ratios that only one of the two runs has. */
  readonly unmatched: readonly string[];
}

const COMPARED = {
  cpu: 'CPU',
  cores: 'number of cores',
  platform: 'platform',
  origin: 'origin',
  seconds: 'length of a measurement in seconds',
} as const;

function outcomeOf(before: Estimate, now: Estimate, change: number): { outcome: Outcome; why: string } {
  const apart = now.low > before.high || now.high < before.low;
  const few = Math.min(before.samples.length, now.samples.length) < ROUNDS_MIN;
  if (few) return { outcome: 'inconclusive', why: `it takes ${ROUNDS_MIN} rounds in each run to tell` };
  if (apart && Math.abs(change) > CHANGE_MIN) {
    return change > 0
      ? { outcome: 'improved', why: 'the intervals are apart' }
      : { outcome: 'regressed', why: 'the intervals are apart' };
  }
  const widest = Math.max(now.high / before.low, before.high / now.low) - 1;
  if (Math.abs(change) <= CHANGE_MIN && widest <= SAME_MAX)
    return { outcome: 'same', why: `within ${percent(CHANGE_MIN)}` };
  return {
    outcome: 'inconclusive',
    why: apart ? 'the intervals are apart, but by little' : 'the intervals overlap',
  };
}

function changeOf(figure: FigureFinding, path: Path, before: Estimate, now: Estimate): Change {
  const change = (figure.better === 'more' ? now.median / before.median : before.median / now.median) - 1;
  const { outcome, why } = outcomeOf(before, now, change);
  const moved = Math.abs(change) < 0.005 ? 'no difference' : `${percent(change)} ${change > 0 ? 'better' : 'worse'}`;
  const words = `${moved}: was ${ratioRange(before)}, is ${ratioRange(now)}; ${why}`;
  const bare = ({ median, low, high }: Estimate): Ratio => ({ median, low, high });
  return { figure: figure.id, path, before: bare(before), now: bare(now), change, outcome, words };
}

/** Ratios by `figure.path`, those that can be divided by. */
function ratiosOf(figures: Baseline['figures']): ReadonlyMap<string, Estimate> {
  return new Map(
    figures.flatMap(({ id, paths }) =>
      paths.flatMap(({ path, ratio }) => (ratio && ratio.low > 0 ? [[`${id}.${path}`, ratio] as const] : [])),
    ),
  );
}

export function compare(baseline: Baseline, figures: readonly FigureFinding[], surroundings: Surroundings): Comparison {
  const before = ratiosOf(baseline.figures);
  const now = ratiosOf(figures);
  const changes = figures.flatMap((figure) =>
    (['tls', 'plain'] as const).flatMap((path) => {
      const name = `${figure.id}.${path}`;
      const [old, fresh] = [before.get(name), now.get(name)];
      return pathOf(figure, path) && old && fresh ? [changeOf(figure, path, old, fresh)] : [];
    }),
  );
  const matched = new Set(changes.map(({ figure, path }) => `${figure}.${path}`));
  return {
    file: baseline.file,
    startedAt: baseline.surroundings.startedAt,
    tunnelkit: baseline.surroundings.tunnelkit,
    differences: (Object.keys(COMPARED) as (keyof typeof COMPARED)[])
      .filter((key) => baseline.surroundings[key] !== surroundings[key])
      .map((key) => `${COMPARED[key]}: was ${baseline.surroundings[key]}, is ${surroundings[key]}`),
    changes,
    unmatched: [...before.keys(), ...now.keys()].filter(
      (name, index, all) => !matched.has(name) && all.indexOf(name) === index,
    ),
  };
}

/** In the order of urgency. */
export function byOutcome(changes: readonly Change[]): Readonly<Record<Outcome, readonly Change[]>> {
  const of = (wanted: Outcome) => changes.filter(({ outcome }) => outcome === wanted);
  return {
    regressed: of('regressed'),
    improved: of('improved'),
    inconclusive: of('inconclusive'),
    same: of('same'),
  };
}

/** `Of 12 ratios: 1 regressed, 0 improved, 9 the same, 2 inconclusive.` */
export function changesInWords(changes: readonly Change[]): string {
  if (changes.length === 0) return 'Nothing could be compared.';
  const { regressed, improved, inconclusive, same } = byOutcome(changes);
  const counts = `${regressed.length} regressed, ${improved.length} improved, ${same.length} the same, ${inconclusive.length} inconclusive`;
  return `Of ${changes.length} ratios: ${counts}.`;
}
