// What a ratio means, in words. The one place that knows which way is slower.
import type { Figure, Path } from '../report-types.ts';
import { type FigureFinding, pathOf } from './findings.ts';
import { percent, quantity, range, ratioText } from './quantity.ts';
import type { Estimate } from './statistics.ts';

export const PATH_NAME: Readonly<Record<Path, string>> = { direct: 'direct', tls: 'over TLS', plain: 'plain' };

/** Closer to direct than this is as fast as direct: nobody notices 2%, and loopback does not repeat better. */
const ALIKE = 0.02;

/** The figures a reader asks for first; the rest stays in the table. */
const HEADLINES = ['http.c64', 'bulk.down.c1', 'pingpong'];

/** `2.4 times slower than direct`: how much worse or better, whichever way the figure counts. */
export function inWords(ratio: number, { better, unit }: Pick<Figure, 'better' | 'unit'>): string {
  const gain = better === 'more' ? ratio : 1 / ratio;
  const [worse, well] = unit === 'bytes' ? ['more', 'less'] : ['slower', 'faster'];
  if (Math.abs(gain - 1) <= ALIKE) return unit === 'bytes' ? 'as much as direct' : 'as fast as direct';
  if (!Number.isFinite(gain) || gain === 0) return `${gain === 0 ? worse : well} beyond measure`;
  return gain < 1 ? `${times(1 / gain)} ${worse} than direct` : `${times(gain)} ${well} than direct`;
}

const times = (factor: number) => `${factor < 1.995 ? factor.toFixed(2) : factor.toFixed(1)} times`;

/** `0.38–0.44`. */
export const ratioRange = ({ low, high }: Pick<Estimate, 'low' | 'high'>): string =>
  range(ratioText(low), ratioText(high));

export interface HeadlinePath {
  readonly path: Path;
  /** `56.2k req/s` */
  readonly value: string;
  /** `41% of direct`, `3.00 × direct` */
  readonly share: string;
  /** `0.38–0.44`; '' of a single round. */
  readonly range: string;
  /** `2.4 times slower than direct` */
  readonly gain: string;
}

export interface Headline {
  readonly title: string;
  readonly id: string;
  readonly paths: readonly HeadlinePath[];
}

function headlinePath(figure: FigureFinding, path: Path): readonly HeadlinePath[] {
  const { median = 0, ratio } = pathOf(figure, path) ?? {};
  if (!ratio) return [];
  const share = figure.better === 'more' ? `${percent(ratio.median)} of direct` : `${ratioText(ratio.median)} × direct`;
  const value = quantity(median, figure.unit);
  return [
    { path, value, share, range: ratio.confidence === 0 ? '' : ratioRange(ratio), gain: inWords(ratio.median, figure) },
  ];
}

/** Up to three figures in words: requests, bulk, ping; or the first there are. */
export function headlines(figures: readonly FigureFinding[]): readonly Headline[] {
  const compared = figures.filter(({ paths }) => paths.some(({ ratio }) => ratio));
  const named = (name: string) =>
    compared.find(({ id }) => id === name) ?? compared.find(({ id }) => id.startsWith(`${name}.`)) ?? [];
  const wanted = HEADLINES.flatMap(named);
  const chosen = wanted.length > 0 ? wanted : compared.slice(0, 2);
  return chosen.map((figure) => ({
    id: figure.id,
    title: figure.title,
    paths: (['tls', 'plain'] as const).flatMap((path) => headlinePath(figure, path)),
  }));
}

/** `41% of direct (0.38–0.44), 2.4 times slower than direct` */
export const headlineWords = ({ share, range: interval, gain }: HeadlinePath): string =>
  `${share}${interval === '' ? '' : ` (${interval})`}, ${gain}`;

/** What the intervals are worth, from how few rounds. */
export function intervalWords(figures: readonly FigureFinding[]): string {
  const confidences = figures.flatMap(({ paths }) => paths.flatMap(({ ratio }) => ratio?.confidence ?? []));
  if (confidences.length === 0) return '';
  const least = Math.min(...confidences);
  if (least === 0) return 'One round only: there is no interval, and the ratios may be chance.';
  return `The range behind a ratio holds the true ratio ${Math.floor(least * 100)} times in 100, if the rounds were alike.`;
}
