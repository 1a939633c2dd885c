// Ratios as bars with their intervals, a figure below the other, all on one axis with direct at 1.
import type { FigureFinding, PathFinding } from '../findings.ts';
import { ratioText } from '../quantity.ts';
import type { Estimate } from '../statistics.ts';
import { ratioRange } from '../words.ts';
import { type Axis, gridLines, linearAxis, tickLabels } from './axis.ts';
import { html, label, type Markup } from './markup.ts';
import { PATH_LABEL } from './path-label.ts';

type Compared = PathFinding & { readonly ratio: Estimate };

const comparedOf = ({ paths }: FigureFinding): readonly Compared[] =>
  paths.filter((finding): finding is Compared => finding.ratio !== null);

/** The middle of a bar and how far the ends of a whisker reach from it, in pixels of a picture 22 high. */
const MIDDLE = 11;
const CAP = 4;

function whisker({ low, high, confidence }: Estimate, axis: Axis): readonly Markup[] {
  if (confidence === 0) return [];
  const [from, to] = [axis.at(low), axis.at(high)];
  const cap = (at: number) => html`<line x1="${at}%" x2="${at}%" y1="${MIDDLE - CAP}" y2="${MIDDLE + CAP}"/>`;
  const reach = html`<line x1="${from}%" x2="${to}%" y1="${MIDDLE}" y2="${MIDDLE}"/>`;
  return [html`<g class="whisker">${[reach, cap(from), cap(to)]}</g>`];
}

function bar({ path, ratio }: Compared, axis: Axis): Markup {
  const one = axis.at(1);
  return html`<div class="bar ${path}"><span class="key">${PATH_LABEL[path]}</span>
<svg height="22" aria-hidden="true">${gridLines(axis)}<rect x="0" y="4" width="${axis.at(ratio.median)}%" height="14"/>
<line class="one" x1="${one}%" x2="${one}%" y1="0" y2="100%"/>${whisker(ratio, axis)}</svg>
<span class="value"><b>${ratioText(ratio.median)}</b> <small>${ratio.confidence === 0 ? '' : ratioRange(ratio)}</small></span></div>`;
}

/** Of figures of which more is better; nothing when none has a ratio. */
export function ratioBars(figures: readonly FigureFinding[]): readonly Markup[] {
  const shown = figures.filter((figure) => figure.better === 'more' && comparedOf(figure).length > 0);
  if (shown.length === 0) return [];
  const axis = linearAxis(Math.max(1, ...shown.flatMap(comparedOf).map(({ ratio }) => ratio.high)));
  const ticks = tickLabels(axis, (tick) => String(Number(tick.toFixed(2))));
  const rows = shown.map((figure) => {
    const bars = comparedOf(figure).map((finding) => bar(finding, axis));
    return html`<div class="row"><p class="label">${label(figure)}</p><div>${bars}</div></div>`;
  });
  return [
    html`<figure><figcaption>Tunnel divided by direct: longer is better, and 1 is the direct path itself. The thin line in a bar is the interval of its ratio.</figcaption>
${rows}<div class="row"><p class="label"></p><div class="bar"><span></span>${ticks}<span></span></div></div></figure>`,
  ];
}
