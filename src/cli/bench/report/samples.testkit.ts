// Measured values for tests of the report, made from numbers one can check in the head.
import type { Figure, Measured, Path, Surroundings } from '../report-types.ts';

export const SURROUNDINGS: Surroundings = {
  startedAt: '2026-11-21T12:00:00.000Z',
  command: 'tunnelkit bench http bulk --runs 6',
  tunnelkit: '0.1.0',
  node: 'v26.10.0',
  platform: 'linux-x64',
  cpu: 'Example CPU 9000',
  cores: 8,
  cpuMhz: 3_200,
  memoryBytes: 16_000_000_000,
  loadBefore: 0.1,
  origin: 'nginx/1.22.1',
  runs: 6,
  seconds: 2,
};

/** Six quiet rounds around 1. */
export const QUIET = [0.99, 1.01, 1, 0.98, 1.02, 1] as const;

export const around = (centre: number, shape: readonly number[] = QUIET): readonly number[] =>
  shape.map((factor) => centre * factor);

export type SeriesOf = Readonly<Partial<Record<Path, readonly number[]>>>;

export function figure(id: string, series: SeriesOf, more: Partial<Omit<Figure, 'id' | 'series'>> = {}): Figure {
  return {
    id,
    title: `Title of ${id}`,
    unit: 'req/s',
    better: 'more',
    series: (Object.entries(series) as [Path, readonly number[]][]).map(([path, samples]) => ({ path, samples })),
    ...more,
  };
}

export function measured(figures: readonly Figure[], more: Partial<Surroundings> = {}): Measured {
  return { surroundings: { ...SURROUNDINGS, ...more }, figures, failures: [] };
}

/** A run as the product makes one: requests, bulk, pingpong, memory of idle visitors. Direct drifts with the tunnel, so ratios are exact. */
export const TYPICAL: Measured = measured([
  figure(
    'http.c64',
    { direct: around(137_000), tls: around(56_170), plain: around(60_280) },
    { title: 'Keep-alive requests, 64 visitors' },
  ),
  figure(
    'http.c64.p99',
    { direct: around(920), tls: around(2_300), plain: around(1_840) },
    { title: 'Slowest of 100 requests, 64 visitors', unit: 'µs', better: 'less' },
  ),
  figure(
    'bulk.down.c1',
    { direct: around(3_100), tls: around(1_085), plain: around(1_550) },
    { title: 'One download', unit: 'MB/s' },
  ),
  figure(
    'pingpong',
    { direct: around(28), tls: around(84), plain: around(70) },
    { title: 'One byte and back', unit: 'µs', better: 'less' },
  ),
  figure('idle.memory', { tls: around(711) }, { title: 'Memory of an idle visitor', unit: 'bytes', better: 'less' }),
]);
