// Whether two kinds of work take the same time, by Welch's t (as dudect has it): above 4.5 they do not.

export interface Timed {
  readonly t: number;
  readonly meanNs: readonly [number, number];
}

interface Sample {
  readonly mean: number;
  /** Variance of the mean. */
  readonly spread: number;
}

/** The share of the slowest measurements that is left out: what the machine did meanwhile, not what the work did. */
const OUTSIDE = 0.05;

/** Does both `trials` times in an order of chance, many calls a measurement. */
export async function timed(work: readonly [() => unknown, () => unknown], trials: number, calls = 20): Promise<Timed> {
  const times: [number[], number[]] = [[], []];
  while (times[0].length + times[1].length < 2 * trials) {
    const which = Math.random() < 0.5 ? 0 : 1;
    const began = process.hrtime.bigint();
    for (let call = 0; call < calls; call += 1) await work[which]();
    times[which].push(Number(process.hrtime.bigint() - began) / calls);
  }
  const most = [...times[0], ...times[1]].sort((a, b) => a - b)[Math.floor(2 * trials * (1 - OUTSIDE))]!;
  const [a, b] = times.map((each) => sampleOf(each.filter((ns) => ns < most))) as [Sample, Sample];
  return { t: welch(a, b), meanNs: [Math.round(a.mean), Math.round(b.mean)] };
}

export function sampleOf(values: readonly number[]): Sample {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, spread: squares / (values.length - 1) / values.length };
}

export function welch(a: Sample, b: Sample): number {
  return Math.abs(a.mean - b.mean) / Math.sqrt(a.spread + b.spread);
}
