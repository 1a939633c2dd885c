// From numbers to places on a line, as shares of its width. Pictures use shares, so that they fit every screen without a script.
import { html, type Markup } from './markup.ts';

export interface Axis {
  readonly ticks: readonly number[];
  /** 0 at the left end, 100 at the right. */
  at(value: number): number;
}

const clamped = (share: number) => Math.round(Math.min(100, Math.max(0, share)) * 100) / 100;

/** The smallest of 1, 2, 2.5 or 5 times a power of ten that makes no more than five steps up to `most`. */
function stepFor(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  const steps = [0.2, 0.25, 0.5, 1, 2].map((factor) => factor * power);
  return steps.find((step) => most / step <= 5)!;
}

/** From nothing to `most` and a little air. */
export function linearAxis(most: number): Axis {
  const step = stepFor(most);
  const end = most * 1.02;
  const ticks = Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
  return { ticks, at: (value) => clamped((value / end) * 100) };
}

/** Powers of ten around all values, which are more than 0. */
export function logAxis(values: readonly number[]): Axis {
  const least = Math.floor(Math.log10(Math.min(...values) * 0.9));
  const most = Math.max(least + 1, Math.ceil(Math.log10(Math.max(...values) * 1.1)));
  const ticks = Array.from({ length: most - least + 1 }, (_, index) => 10 ** (least + index));
  return { ticks, at: (value) => clamped(((Math.log10(value) - least) / (most - least)) * 100) };
}

/** Thin lines behind the marks of a row. */
export const gridLines = (axis: Axis): readonly Markup[] =>
  axis.ticks.map((tick) => html`<line class="grid" x1="${axis.at(tick)}%" x2="${axis.at(tick)}%" y1="0" y2="100%"/>`);

/** What the lines stand for; the ends are anchored inwards, so that nothing sticks out. */
export function tickLabels(axis: Axis, text: (tick: number) => string): Markup {
  const labels = axis.ticks.map((tick) => {
    const at = axis.at(tick);
    const anchor = at < 4 ? 'start' : at > 90 ? 'end' : 'middle';
    return html`<text x="${at}%" y="12" text-anchor="${anchor}">${text(tick)}</text>`;
  });
  return html`<svg class="ticks" height="16" aria-hidden="true">${labels}</svg>`;
}
