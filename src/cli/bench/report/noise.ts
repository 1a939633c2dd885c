// What makes the figures of this run doubtful, in plain words with what to do about it. Judges the machine, never the tunnel.
import { count } from '../../size.ts';
import type { Surroundings } from '../report-types.ts';
import { type FigureFinding, pathOf } from './findings.ts';
import { percent } from './quantity.ts';
import { ROUNDS_FOR_CONFIDENCE, spread, trend } from './statistics.ts';
import { ratioRange } from './words.ts';

/** `note`: true of every run on this machine. `warning`: this run could have been better. */
export interface Remark {
  readonly level: 'warning' | 'note';
  readonly about: 'spread' | 'drift' | 'interval' | 'load' | 'rounds' | 'seconds' | 'cores' | 'clock';
  readonly words: string;
  readonly todo: string;
}

/** The direct path has no tunnel in it: what spreads there is the machine. Quiet ones stay below a tenth. */
const SPREAD_MAX = 0.2;
/** A series that moves one way by a tenth is no accident of one round. */
const DRIFT_MIN = 0.1;
const TREND_MIN = 0.8;
/** An interval as wide as a third of its ratio tells "slower" from "faster" no more. */
const WIDTH_MAX = 0.33;
/** A busy quarter of a core is a tenth of two cores. */
const LOAD_PER_CORE_MAX = 0.25;
/** Gateway, agent, origin and visitors are four busy processes. */
const CORES_ENOUGH = 4;
const SECONDS_ENOUGH = 0.4;
/** Fewer samples have no shape. */
const ROUNDS_WITH_SHAPE = 4;

interface Noisy {
  readonly id: string;
  readonly amount: number;
}

/** `http.c64 (31%) and 2 more`: the worst by name, the rest by number. */
function named(noisy: readonly Noisy[]): string {
  const [worst, ...others] = noisy.toSorted((a, b) => Math.abs(b.amount) - Math.abs(a.amount));
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const { id, amount } = worst!;
  return `${id} (${amount >= 10 ? `${Math.round(amount)} times its median` : percent(amount)})${more}`;
}

function directSeries(figures: readonly FigureFinding[]) {
  return figures.flatMap((figure) => {
    const samples = pathOf(figure, 'direct')?.samples ?? [];
    return samples.length >= ROUNDS_WITH_SHAPE ? [{ id: figure.id, samples }] : [];
  });
}

function onSpread(figures: readonly FigureFinding[]): readonly Remark[] {
  const noisy = directSeries(figures)
    .map(({ id, samples }) => ({ id, amount: spread(samples) }))
    .filter(({ amount }) => amount > SPREAD_MAX);
  if (noisy.length === 0) return [];
  return [
    {
      level: 'warning',
      about: 'spread',
      words: `The machine is noisy: with no tunnel in between, rounds of the same measurement lie far apart: ${named(noisy)}.`,
      todo: 'Stop what else runs, or take more rounds with --runs.',
    },
  ];
}

function onDrift(figures: readonly FigureFinding[]): readonly Remark[] {
  const drifting = directSeries(figures)
    .filter(({ samples }) => Math.abs(trend(samples)) >= TREND_MIN)
    .map(({ id, samples }) => ({ id, amount: samples.at(-1)! / samples[0]! - 1 }))
    .filter(({ amount }) => Math.abs(amount) >= DRIFT_MIN);
  if (drifting.length === 0) return [];
  return [
    {
      level: 'warning',
      about: 'drift',
      words: `The machine changed while it was measured: round after round the direct path moved one way: ${named(drifting)}.`,
      todo: 'Let it cool down or settle, and measure again; the ratios suffer less than the absolute numbers.',
    },
  ];
}

function onIntervals(figures: readonly FigureFinding[]): readonly Remark[] {
  const wide = figures.flatMap(({ id, paths }) =>
    paths.flatMap(({ path, ratio }) =>
      ratio && ratio.confidence > 0 && ratio.high - ratio.low > WIDTH_MAX * ratio.median
        ? [{ id: `${id}.${path}`, amount: (ratio.high - ratio.low) / ratio.median, ratio }]
        : [],
    ),
  );
  const [worst] = wide.toSorted((a, b) => b.amount - a.amount);
  if (!worst) return [];
  const others = wide.length === 1 ? '' : `; ${wide.length - 1} more are as unsure`;
  return [
    {
      level: 'warning',
      about: 'interval',
      words: `Not every ratio is sure: ${worst.id} lies anywhere in ${ratioRange(worst.ratio)}${others}.`,
      todo: 'Take more rounds with --runs before you conclude anything from these.',
    },
  ];
}

function onLoad({ loadBefore, cores }: Surroundings): readonly Remark[] {
  if (loadBefore <= LOAD_PER_CORE_MAX * cores) return [];
  return [
    {
      level: 'warning',
      about: 'load',
      words: `The machine was busy before the first round: a load average of ${loadBefore.toFixed(2)} on ${count(cores, 'core')}.`,
      todo: 'Stop what else runs (builds, browsers, other tests) and measure again.',
    },
  ];
}

function onLength({ runs, seconds }: Surroundings): readonly Remark[] {
  const few: Remark = {
    level: runs < ROUNDS_WITH_SHAPE ? 'warning' : 'note',
    about: 'rounds',
    words: `${runs} ${runs === 1 ? 'round gives no interval' : 'rounds give no 95% interval'}; it takes ${ROUNDS_FOR_CONFIDENCE}.`,
    todo: `Run with --runs ${ROUNDS_FOR_CONFIDENCE} or more.`,
  };
  const short: Remark = {
    level: 'warning',
    about: 'seconds',
    words: `Each measurement lasted ${seconds} s: warming up is a large part of it.`,
    todo: 'Measure longer with --seconds.',
  };
  return [...(runs < ROUNDS_FOR_CONFIDENCE ? [few] : []), ...(seconds < SECONDS_ENOUGH ? [short] : [])];
}

function onMachine({ cores, cpuMhz }: Surroundings): readonly Remark[] {
  const shared: Remark = {
    level: 'note',
    about: 'cores',
    words: `Visitors, gateway, agent and origin share ${count(cores, 'core')}: a ratio counts what all of them cost, and is lower than with a machine for each.`,
    todo: 'Compare ratios with machines of as many cores only.',
  };
  const unknown: Remark = {
    level: 'note',
    about: 'clock',
    words:
      'The clock frequency of the CPU is not known here, nor whether it was lowered meanwhile (virtual machines hide it).',
    todo: 'Trust the ratios, not the absolute numbers.',
  };
  return [...(cores < CORES_ENOUGH ? [shared] : []), ...(cpuMhz > 0 ? [] : [unknown])];
}

/** Warnings first. */
export function remarks(figures: readonly FigureFinding[], surroundings: Surroundings): readonly Remark[] {
  const all = [
    ...onLoad(surroundings),
    ...onSpread(figures),
    ...onDrift(figures),
    ...onIntervals(figures),
    ...onLength(surroundings),
    ...onMachine(surroundings),
  ];
  return [...all.filter(({ level }) => level === 'warning'), ...all.filter(({ level }) => level === 'note')];
}
