// The report on a terminal: figures in columns where there is room, one below the other where there is not.
import { Chalk, type ChalkInstance } from 'chalk';
import { wrap } from '../../help/layout.ts';
import { cellOf, cellsOf, type FigureCells, pathsOf } from './cells.ts';
import { type Column, type Gap, grid, gridWidth } from './grid.ts';
import type { Report } from './report.ts';
import { surroundingsLine } from './surroundings.ts';
import { baselineLines, remarkLines, verdictLines } from './verdict-lines.ts';
import { headlines, headlineWords, intervalWords, PATH_NAME } from './words.ts';

export interface TerminalShape {
  readonly columns: number;
  readonly colour: boolean;
}

/** Narrower than this nothing can be read; wider than this lines of words are hard to read. */
const COLUMNS_MIN = 32;
const WORDS_MAX = 100;

interface Layout {
  readonly titled: boolean;
  readonly ratioHead: string;
  readonly gap: Gap;
}

/** The best first. The last one fits all figures of a whole run into 80 columns. */
const LAYOUTS: readonly Layout[] = [
  { titled: true, ratioHead: '×direct', gap: 2 },
  { titled: false, ratioHead: '×direct', gap: 2 },
  { titled: false, ratioHead: 'ratio', gap: 1 },
];

function columnsOf(cells: readonly FigureCells[], report: Report, { titled, ratioHead }: Layout): readonly Column[] {
  const column = (head: string, align: Column['align'], of: (cells: FigureCells) => string): Column => ({
    head,
    align,
    cells: cells.map(of),
  });
  const perPath = pathsOf(report.figures).flatMap((path) => [
    column(path, 'right', (row) => cellOf(row, path)?.value ?? ''),
    column(ratioHead, 'right', (row) => cellOf(row, path)?.ratio ?? ''),
    column('range', 'left', (row) => cellOf(row, path)?.interval ?? ''),
  ]);
  return [
    column('figure', 'left', ({ figure }) => figure.id),
    ...(titled ? [column('', 'left', ({ figure }) => figure.title)] : []),
    column('unit', 'left', ({ unit }) => unit),
    ...perPath,
  ];
}

/** For narrow terminals: a figure is a heading with a line for each path. */
function stacked(cells: readonly FigureCells[], columns: number, chalk: ChalkInstance): readonly string[] {
  return cells.flatMap(({ figure, unit, paths }) => {
    const lines = grid([
      { head: '', align: 'left', cells: paths.map(({ path }) => `  ${path}`) },
      { head: '', align: 'right', cells: paths.map(({ value }) => value) },
      { head: '', align: 'right', cells: paths.map(({ ratio }) => ratio) },
      { head: '', align: 'left', cells: paths.map(({ interval }) => interval) },
    ]);
    return [chalk.bold(wrap(`${figure.title} (${unit})`, columns)), chalk.dim(`  ${figure.id}`), ...lines.slice(1)];
  });
}

function figureLines(report: Report, { columns }: TerminalShape, chalk: ChalkInstance): readonly string[] {
  const cells = report.figures.filter(({ paths }) => paths.length > 0).map(cellsOf);
  const layout = LAYOUTS.find((one) => gridWidth(columnsOf(cells, report, one), one.gap) <= columns);
  if (!layout) return stacked(cells, columns, chalk);
  const [head, ...rows] = grid(columnsOf(cells, report, layout), layout.gap);
  return rows.length === 0 ? [] : [chalk.dim(head!), ...rows];
}

function headlineLines(report: Report, width: number, chalk: ChalkInstance): readonly string[] {
  return headlines(report.figures).flatMap(({ title, paths }) => [
    chalk.bold(wrap(title, width)),
    ...paths.map((path) => wrap(`${PATH_NAME[path.path]}: ${path.value}, ${headlineWords(path)}`, width, 2)),
  ]);
}

/** Blocks parted by empty lines, without a line end after the last. */
export function table(report: Report, shape: TerminalShape): string {
  const chalk = new Chalk({ level: shape.colour ? 1 : 0 });
  const columns = Math.max(COLUMNS_MIN, shape.columns);
  const width = Math.min(columns, WORDS_MAX);
  const blocks: readonly (readonly string[])[] = [
    headlineLines(report, width, chalk),
    figureLines(report, { ...shape, columns }, chalk),
    [intervalWords(report.figures)].filter(Boolean).map((words) => chalk.dim(wrap(words, width))),
    report.failures.map(({ scenario, why }) => chalk.red(wrap(`not measured: ${scenario}: ${why}`, width))),
    remarkLines(report.remarks, width, chalk),
    verdictLines(report.thresholds, width, chalk),
    report.baseline ? baselineLines(report.baseline, width, chalk) : [],
    [chalk.dim(wrap(surroundingsLine(report.surroundings), width))],
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}
