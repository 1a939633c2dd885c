/** What is measured of one promise about links. Times are milliseconds. */
export interface Figure {
  readonly what: string;
  readonly ms: readonly number[];
  /** What was promised of each. */
  readonly most: number;
}

export interface Outcome {
  readonly figures: readonly Figure[];
  /** What happened besides, in words. */
  readonly notes: readonly string[];
  /** What must not have happened, in words. */
  readonly wrong: readonly string[];
}

export interface Effort {
  /** How often. */
  readonly rounds: number;
  /** At once. */
  readonly agents: number;
  /** How long a process or the network is away, each in its turn. */
  readonly awayMs: readonly number[];
}

/** One promise of promises.md, table R, with real processes. */
export interface Trial {
  readonly promise: string;
  readonly effort: Effort;
  run(effort: Effort): Promise<Outcome>;
}

/** The value below which so much of them lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** `slack`: a shared machine may take so many times as long. */
export function wrongOf({ figures, wrong }: Outcome, slack: number): string[] {
  const late = figures.flatMap(({ what, ms, most }) =>
    ms
      .filter((each) => !(each <= most * slack))
      .map((each) => `${what}: ${Math.round(each)} ms, ${most} ms are promised`),
  );
  return [...wrong, ...late];
}

/** A figure in one line. */
export function lineOf({ what, ms, most }: Figure): string {
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => `${Math.round(quantile(ms, share))} ms`);
  return `${what}: p50 ${p50}, p99 ${p99}, max ${max} of ${ms.length}; promised ${most} ms`;
}
