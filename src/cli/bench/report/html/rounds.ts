// Every round of every path as a dot: whether the machine held still, and whether all paths moved together.
import type { FigureFinding } from '../findings.ts';
import { scaleFor } from '../quantity.ts';
import { html, label, type Markup } from './markup.ts';
import { PATH_LABEL } from './path-label.ts';

/** In pixels: where the plot begins, its height, and the least distance between two names beside it. */
const TOP = 8;
const HEIGHT = 84;
const NAME_GAP = 14;
/** In percent of the width: the dots stand between these; the names of the paths to the right. */
const FIRST = 3;
const LAST = 73;
const PLOT_END = 76;

/** The same order, but no two closer than the gap, and none below the plot. */
export function apart(places: readonly number[]): readonly number[] {
  const moved = [...places];
  let above = Number.NEGATIVE_INFINITY;
  for (const index of places.map((_, at) => at).toSorted((a, b) => places[a]! - places[b]!)) {
    moved[index] = Math.max(moved[index]!, above + NAME_GAP);
    above = moved[index]!;
  }
  const over = Math.max(0, above - (TOP + HEIGHT));
  return moved.map((place) => place - over);
}

interface Place {
  readonly x: number;
  readonly y: number;
}

const short = (value: number) => Math.round(value * 10) / 10;

function plot(path: string, places: readonly Place[]): Markup {
  const lines = places
    .slice(1)
    .map(({ x, y }, index) => html`<line x1="${places[index]!.x}%" y1="${places[index]!.y}" x2="${x}%" y2="${y}"/>`);
  return html`<g class="${path}">${lines}${places.map(({ x, y }) => html`<circle cx="${x}%" cy="${y}" r="3.5"/>`)}</g>`;
}

function multiple(figure: FigureFinding): Markup {
  const { unit, paths } = figure;
  const most = Math.max(...paths.flatMap(({ samples }) => samples), Number.MIN_VALUE);
  const rounds = Math.max(...paths.map(({ samples }) => samples.length));
  const place = (sample: number, round: number): Place => ({
    x: short(FIRST + (round / Math.max(1, rounds - 1)) * (LAST - FIRST)),
    y: short(TOP + HEIGHT * (1 - sample / most)),
  });
  const scale = scaleFor(unit, [most]);
  const ends = apart(paths.map(({ samples }) => place(samples.at(-1)!, 0).y));
  const names = paths.map(
    ({ path }, at) => html`<text class="${path}" x="${PLOT_END + 1}%" y="${ends[at]! + 4}">${PATH_LABEL[path]}</text>`,
  );
  const bottom = TOP + HEIGHT;
  return html`<div class="multiple"><p class="label">${label(figure)}</p>
<svg height="${bottom + 18}" aria-hidden="true"><line class="grid" x1="0" x2="${PLOT_END}%" y1="${TOP}" y2="${TOP}"/>
<line class="base" x1="0" x2="${PLOT_END}%" y1="${bottom}" y2="${bottom}"/>${paths.map(({ path, samples }) => plot(path, samples.map(place)))}${names}
<text x="0" y="${bottom + 14}">round 1</text><text x="${PLOT_END}%" y="${bottom + 14}" text-anchor="end">${rounds}</text></svg>
<p class="scale">from 0 to ${scale.text(most)} ${scale.unit}</p></div>`;
}

/** Percentiles of a figure move with it: `http.c64.p99` is left out beside `http.c64`. So is what has one round only. */
export function roundDots(figures: readonly FigureFinding[]): readonly Markup[] {
  const isPart = (id: string) => figures.some((other) => id.startsWith(`${other.id}.`));
  const shown = figures.filter(({ id, paths }) => !isPart(id) && paths.some(({ samples }) => samples.length > 1));
  return shown.length === 0 ? [] : [html`<div class="multiples">${shown.map(multiple)}</div>`];
}
