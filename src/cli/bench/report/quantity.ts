// Numbers as people read them: three digits that count, and a unit that keeps them short.
import type { Unit } from '../report-types.ts';

/** Powers of 1000 above a unit, for those that have names. */
const STEPS: Readonly<Record<Unit, readonly string[]>> = {
  'req/s': ['req/s'],
  'conn/s': ['conn/s'],
  'MB/s': ['MB/s'],
  µs: ['µs', 'ms', 's'],
  ms: ['ms', 's'],
  bytes: ['B', 'kB', 'MB', 'GB'],
};

function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || size === 0) return value.toFixed(0);
  return size >= 1 ? value.toFixed(size >= 10 ? 1 : 2) : value.toPrecision(2);
}

function counted(value: number): string {
  if (value >= 999_500) return `${digits(value / 1_000_000)}M`;
  return value >= 9_995 ? `${digits(value / 1_000)}k` : digits(value);
}

/** One unit for numbers that stand beside each other. */
export interface Scale {
  readonly unit: string;
  /** The number alone. */
  text(value: number): string;
}

/** The largest unit in which the least of the values is still 1 or more. Rates are shortened by k and M instead. */
export function scaleFor(unit: Unit, values: readonly number[]): Scale {
  if (unit === 'req/s' || unit === 'conn/s') return { unit, text: counted };
  const steps = STEPS[unit];
  const least = Math.min(...values.filter((value) => value > 0).map(Math.abs));
  const step = Number.isFinite(least) ? steps.findLastIndex((_, power) => least >= 1_000 ** power) : 0;
  const power = Math.max(0, step);
  return { unit: steps[power]!, text: (value) => digits(value / 1_000 ** power) };
}

/** A number with its unit. */
export function quantity(value: number, unit: Unit): string {
  const scale = scaleFor(unit, [value]);
  return `${scale.text(value)} ${scale.unit}`;
}

/** `0.41`, `2.35`, `0.035`. */
export function ratioText(ratio: number): string {
  if (ratio >= 9.995) return ratio.toFixed(1);
  return ratio.toFixed(ratio >= 0.0995 || ratio === 0 ? 2 : 3);
}

/** `41%`; `<1%` for what would round to nothing. */
export function percent(share: number): string {
  const rounded = Math.round(Math.abs(share) * 100);
  return rounded === 0 && share !== 0 ? '<1%' : `${rounded}%`;
}

/** Two numbers and what lies between. */
export const range = (low: string, high: string): string => (low === high ? low : `${low}–${high}`);
