export interface Sample {
  readonly atMs: number;
  readonly value: number;
}

const HOUR_MS = 3_600_000;

/** How fast a value grows, in units an hour: the line of least squares through its samples. */
export function slopePerHour(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) => samples.reduce((sum, each) => sum + of(each), 0) / samples.length;
  const at = mean(({ atMs }) => atMs);
  const middle = mean(({ value }) => value);
  const spread = samples.reduce((sum, { atMs }) => sum + (atMs - at) ** 2, 0);
  if (spread === 0) return 0;
  const together = samples.reduce((sum, { atMs, value }) => sum + (atMs - at) * (value - middle), 0);
  return (together / spread) * HOUR_MS;
}
