// A line of the screen as words with a style each: how wide it is, how it is cut, how it becomes text. Knows no terminal and no state.
import { Chalk } from 'chalk';
import stringWidth from 'string-width';
import { visible } from '../../observe/visible.ts';
import type { ColourLevel } from '../terminal.ts';

/** `paper`: black on white whatever the terminal's own colours are. */
export type Style = 'plain' | 'dim' | 'bold' | 'green' | 'cyan' | 'yellow' | 'red' | 'paper';

export interface Span {
  readonly text: string;
  readonly style: Style;
}
export type Line = readonly Span[];
export type Paint = (line: Line) => string;

/** Most code units a column is taken to need: more is marks upon marks, which a stranger may send without end. */
const UNITS_PER_COLUMN = 8;
const ELLIPSIS = '…';

const graphemes = new Intl.Segmenter();

/** Whatever the text holds, it is shown, not obeyed. */
export const span = (text: string, style: Style = 'plain'): Span => ({ text: visible(text), style });

/** Columns, as terminals count them: East Asian wide characters and emoji take two. */
export const widthOf = (line: Line): number => line.reduce((sum, { text }) => sum + stringWidth(text), 0);

/** Rows the line takes on a terminal that wraps it. */
export const rowsOf = (width: number, columns: number): number => Math.max(1, Math.ceil(width / columns));

/** The beginning that fits, with an ellipsis for the rest. */
export function cutText(text: string, columns: number): string {
  const bounded = text.slice(0, Math.max(0, columns) * UNITS_PER_COLUMN);
  if (bounded.length === text.length && stringWidth(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of graphemes.segment(bounded)) {
    width += stringWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return columns < 1 ? '' : kept + ELLIPSIS;
}

export function cutLine(line: Line, columns: number): Line {
  if (widthOf(line) <= columns) return line;
  const kept: Span[] = [];
  let left = columns;
  for (const { text, style } of line) {
    const width = stringWidth(text);
    // The last column is for the ellipsis, unless this word is the last one.
    if (width >= left) {
      kept.push({ text: cutText(width === left ? `${text} ` : text, left), style });
      break;
    }
    kept.push({ text, style });
    left -= width;
  }
  return kept;
}

export function painter(level: ColourLevel): Paint {
  const chalk = new Chalk({ level });
  const paints: Readonly<Record<Style, (text: string) => string>> = {
    plain: (text) => text,
    dim: chalk.dim,
    bold: chalk.bold,
    green: chalk.green,
    cyan: chalk.cyan,
    yellow: chalk.yellow,
    red: chalk.red,
    paper: chalk.ansi256(16).bgAnsi256(231),
  };
  return (line) => line.map(({ text, style }) => paints[style](text)).join('');
}
