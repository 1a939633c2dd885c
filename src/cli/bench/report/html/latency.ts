// Times as marks on one logarithmic axis: how far the tunnel is from direct, and what the times are.
import type { Path } from '../../report-types.ts';
import type { FigureFinding } from '../findings.ts';
import { quantity, ratioText } from '../quantity.ts';
import type { Estimate } from '../statistics.ts';
import { type Axis, gridLines, logAxis, tickLabels } from './axis.ts';
import { html, label, type Markup } from './markup.ts';
import { PATH_LABEL } from './path-label.ts';

const US_PER_MS = 1_000;
/** The middle of a row 26 high. */
const MIDDLE = 13;

interface Time {
  readonly path: Path;
  readonly us: number;
  readonly ratio: Estimate | null;
}

/** Empty where the figure is no time. */
function timesOf({ unit, paths }: FigureFinding): readonly Time[] {
  if (unit !== 'µs' && unit !== 'ms') return [];
  return paths
    .map(({ path, median, ratio }) => ({ path, us: unit === 'µs' ? median : median * US_PER_MS, ratio }))
    .filter(({ us }) => us > 0);
}

/** Round, square and upright: told apart without colour. */
const WIDTH_HEIGHT = { tls: [10, 10], plain: [5, 16] } as const;

function mark({ path, us }: Time, axis: Axis): Markup {
  const at = axis.at(us);
  if (path === 'direct') return html`<circle class="mark direct" cx="${at}%" cy="${MIDDLE}" r="5.5"/>`;
  const [width, height] = WIDTH_HEIGHT[path];
  return html`<rect class="mark ${path}" x="${at}%" y="${MIDDLE - height / 2}" width="${width}" height="${height}" transform="translate(${-width / 2})"/>`;
}

function said({ path, us, ratio }: Time): Markup {
  const times = ratio ? html` <small>${ratioText(ratio.median)} × direct</small>` : '';
  return html`<span class="${path}"><span class="key">${PATH_LABEL[path]}</span> <b>${quantity(us, 'µs')}</b>${times}</span> `;
}

function row(figure: FigureFinding, axis: Axis): Markup {
  const times = timesOf(figure);
  const places = times.map(({ us }) => axis.at(us));
  return html`<div class="row"><p class="label">${label(figure)}</p><div><svg height="26" aria-hidden="true">${gridLines(axis)}
<line class="reach" x1="${Math.min(...places)}%" x2="${Math.max(...places)}%" y1="${MIDDLE}" y2="${MIDDLE}"/>${times.map((time) => mark(time, axis))}</svg>
<p class="said">${times.map(said)}</p></div></div>`;
}

/** Nothing when no figure is a time. */
export function latencies(figures: readonly FigureFinding[]): readonly Markup[] {
  const shown = figures.filter((figure) => timesOf(figure).length > 0);
  if (shown.length === 0) return [];
  const axis = logAxis(shown.flatMap(timesOf).map(({ us }) => us));
  const ticks = tickLabels(axis, (tick) => quantity(tick, 'µs').replace(/\.0+(?= )/, ''));
  return [
    html`<figure><figcaption>Medians of the rounds; further left is better. The axis is logarithmic: each line is ten times the one before.</figcaption>
${shown.map((figure) => row(figure, axis))}<div class="row"><p class="label"></p><div>${ticks}</div></div></figure>`,
  ];
}
