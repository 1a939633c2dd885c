// `--threshold EXPR`: FIGURE[.PATH][.STATISTIC] OPERATOR NUMBER[UNIT], read before anything is measured. Knows the grammar, not the figures.
import { TunnelError } from '../../../contract/errors.ts';
import { nearest } from '../../config/nearest.ts';
import type { Figure, Path, Unit } from '../report-types.ts';

export type Operator = '>' | '>=' | '<' | '<=';
export type Statistic = 'ratio' | 'median';

/** What a run can be asked about before it has measured anything. */
export type KnownFigure = Pick<Figure, 'id' | 'unit'>;

/** `bound` is in the figure's own unit, or a ratio. */
export interface Threshold {
  readonly expression: string;
  readonly figure: string;
  readonly path: Path;
  readonly statistic: Statistic;
  readonly operator: Operator;
  readonly bound: number;
}

const PATHS: readonly string[] = ['tls', 'plain', 'direct'];
const STATISTICS: readonly string[] = ['ratio', 'median'];
const SHAPE = /^([\w.-]+)\s*(>=|<=|>|<)\s*(\d+(?:\.\d+)?)\s*([a-zµμ%/]*)$/i;

/** A unit as it may be written → how much of the figure's unit one of it is. */
const TIME = (perUs: number) => ({ us: perUs, µs: perUs, ms: 1_000 * perUs, s: 1_000_000 * perUs });
const BYTES = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 1_024, MiB: 1_024 ** 2, GiB: 1_024 ** 3 };
const rate = (unit: string) => ({ [unit]: 1, [`k${unit}`]: 1e3, [`M${unit}`]: 1e6, k: 1e3, M: 1e6 });
const WRITTEN: Readonly<Record<Unit, Readonly<Record<string, number>>>> = {
  'req/s': rate('req/s'),
  'conn/s': rate('conn/s'),
  'MB/s': { 'B/s': 1e-6, 'kB/s': 1e-3, 'MB/s': 1, 'GB/s': 1e3 },
  µs: TIME(1),
  ms: TIME(1e-3),
  bytes: BYTES,
};

function refuse(expression: string, why: string): never {
  throw new TunnelError('TK-5005', `--threshold '${expression}': ${why}`);
}

/** The longest known figure that the words begin with: `http.c64.p99` before `http.c64`. */
function figureOf(expression: string, name: string, known: readonly KnownFigure[]): KnownFigure {
  const found = known
    .filter(({ id }) => name === id || name.startsWith(`${id}.`))
    .toSorted((a, b) => b.id.length - a.id.length)[0];
  if (found) return found;
  const ids = known.map(({ id }) => id);
  const bare = name
    .split('.')
    .filter((word) => !PATHS.includes(word) && !STATISTICS.includes(word))
    .join('.');
  const guess = nearest(bare, ids);
  return refuse(
    expression,
    guess === undefined
      ? `this run measures no ${bare || name}; it measures ${ids.join(', ')}.`
      : `this run measures no ${bare}. Did you mean ${guess}?`,
  );
}

/** What stands behind the figure: a path, a statistic, both or neither. */
function qualifiers(expression: string, words: readonly string[]) {
  const [path] = words.filter((word) => PATHS.includes(word)) as Path[];
  const [statistic] = words.filter((word) => STATISTICS.includes(word)) as Statistic[];
  const read = [path, statistic].filter((word) => word !== undefined);
  if (read.join('.') !== words.join('.'))
    refuse(
      expression,
      `after the figure comes .tls, .plain or .direct, then .ratio or .median; not .${words.join('.')}.`,
    );
  return { path: path ?? 'tls', statistic } as const;
}

function ratioBound(expression: string, path: Path, value: number, unit: string): number {
  if (path === 'direct') refuse(expression, 'the ratio of direct to itself is 1; use .tls or .plain, or .median.');
  if (unit !== '' && unit !== '%') refuse(expression, `a ratio has no unit ${unit}; write 0.2 or 20%.`);
  return unit === '%' ? value / 100 : value;
}

function medianBound(expression: string, figure: KnownFigure, value: number, unit: string): number {
  const written = WRITTEN[figure.unit];
  if (unit === '') return value;
  const factor = Object.hasOwn(written, unit.replace('μ', 'µ')) ? written[unit.replace('μ', 'µ')] : undefined;
  if (factor === undefined)
    refuse(
      expression,
      `${figure.id} is measured in ${figure.unit}, not ${unit}; write ${Object.keys(written).join(', ')}.`,
    );
  return value * factor;
}

/**
 * One expression. Without a path it means tls. Without a statistic a bound with a unit means the median, one in % the ratio; a bare number
 * could mean both and is refused. Throws TK-5005, whatever is wrong.
 */
export function parseThreshold(expression: string, known: readonly KnownFigure[]): Threshold {
  const [, name, operator, number, unit = ''] = SHAPE.exec(expression.trim()) ?? [];
  if (name === undefined)
    refuse(expression, "it is written FIGURE OPERATOR NUMBER, as in 'http.c64.ratio>0.2' or 'ping<1ms'.");
  const figure = figureOf(expression, name, known);
  const rest = name.slice(figure.id.length + 1);
  const { path, statistic: said } = qualifiers(expression, rest === '' ? [] : rest.split('.'));
  const guessed = unit === '' ? undefined : unit === '%' ? 'ratio' : 'median';
  const statistic = said ?? guessed ?? (path === 'direct' ? 'median' : undefined);
  if (statistic === undefined)
    return refuse(expression, `say ${name}.ratio or ${name}.median, or give the number a unit (${figure.unit}).`);
  const value = Number(number);
  if (!Number.isFinite(value)) refuse(expression, 'the number is too large.');
  const bound =
    statistic === 'ratio' ? ratioBound(expression, path, value, unit) : medianBound(expression, figure, value, unit);
  return { expression, figure: figure.id, path, statistic, operator: operator as Operator, bound };
}
