// What a scenario is: one file each, in the table of `scenarios.ts`. Types only.
import type { Figure, Path } from './report-types.ts';
import type { Stage } from './stage.ts';

export type FigureRow = Omit<Figure, 'series'>;

export interface Scenario {
  /** Dotted; the words before a dot choose all that begin so. */
  readonly id: string;
  readonly figures: readonly FigureRow[];
  /** The first one is what the others are compared with, if it is direct. */
  readonly paths: readonly Path[];
  /** Every measurement starts from nothing: there is nothing to warm up. */
  readonly cold?: true;
  /** About how long one measurement takes when visitors work for `seconds`: for telling it beforehand. */
  lastsMs(seconds: number): number;
  /** One number for each figure, in their order. */
  measure(stage: Stage, path: Path, seconds: number): Promise<readonly number[]>;
}

export const ALL_PATHS: readonly Path[] = ['direct', 'tls', 'plain'];
export const TUNNELS: readonly Path[] = ['tls', 'plain'];

/** Before visitors are counted, windows open and code is compiled: a fifth of the time, but no more than that takes. */
export const settleMs = (seconds: number): number => Math.min(100, seconds * 200);

/** Of a measurement that settles and then goes on for `seconds`, with so much around it. */
export const lasting =
  (aroundMs: number) =>
  (seconds: number): number =>
    seconds * 1000 + settleMs(seconds) + aroundMs;
