// The header: a view → its lines for so many columns and rows. Pure; what does not fit gives way in a fixed order, the URL last.
import { briefly } from '../duration.ts';
import { count, size } from '../size.ts';
import { cutLine, type Line, rowsOf, type Span, type Style, span, widthOf } from './line.ts';
import { panelLines } from './panel.ts';
import { rate } from './units.ts';
import type { ExposureView, LinkView, TrafficView, View } from './view.ts';

/** From here on each row is named. */
const LABELLED_COLUMNS = 60;
const LABEL_COLUMNS = 9;
const EXPOSURES_SHOWN = 8;
const BETWEEN: Span = span(' · ', 'dim');

/** A fact in words that stay together; a row breaks only between them. */
type Fact = Line;

interface Row {
  /** Absent: the row begins at the margin. */
  readonly label?: string;
  readonly facts: readonly Fact[];
  /** What stands between two facts on one line. */
  readonly between?: Span;
  /** A URL is never cut: it wraps, so that it can still be copied. */
  readonly whole?: true;
  /** The lower goes first when there are too few rows. */
  readonly weight: number;
}

const fact = (text: string, style?: Style): Fact => [span(text, style)];

const DOT: Readonly<Record<LinkView['kind'], Style>> = {
  connecting: 'yellow',
  online: 'green',
  waiting: 'yellow',
  stopping: 'yellow',
};

function linkFacts(link: LinkView, gateway: string): readonly Fact[] {
  const state = (text: string): Fact => [span('● ', DOT[link.kind]), span(text, 'bold')];
  switch (link.kind) {
    case 'connecting':
      return [state(link.again ? 'reconnecting' : 'connecting'), fact(gateway)];
    case 'online':
      return [
        state('online'),
        fact(`${link.transport} to ${gateway}`),
        fact(briefly(link.rttMs)),
        fact('inspector off', 'dim'),
      ];
    case 'waiting':
      return [state(`${link.again ? 're' : ''}connecting in ${link.seconds} s`), fact(link.why, 'dim')];
    case 'stopping':
      return [
        state('stopping'),
        fact(link.underWay === 0 ? 'saying goodbye' : `finishing ${count(link.underWay, 'stream')}`),
        fact('Ctrl-C forces', 'dim'),
      ];
  }
}

function exposureRow({ target, url, refused }: ExposureView, label: string): Row {
  const to: Fact = [span('→ ', 'dim'), span(target)];
  const first = url === undefined ? fact(refused ?? 'not published yet', refused ? 'red' : 'dim') : fact(url, 'bold');
  return { label, facts: [first, to], between: span(' '), weight: 9, ...(url === undefined ? {} : { whole: true }) };
}

function exposureRows(exposures: readonly ExposureView[]): readonly Row[] {
  const shown = exposures.slice(0, EXPOSURES_SHOWN);
  const rows = shown.map((exposure, index) => exposureRow(exposure, index === 0 ? 'URL' : ''));
  const rest = exposures.length - shown.length;
  return rest === 0 ? rows : [...rows, { label: '', facts: [fact(`and ${rest} more`, 'dim')], weight: 5 }];
}

function trafficRow(traffic: TrafficView | undefined): Row {
  if (traffic === undefined) return { label: 'traffic', facts: [fact('no visits yet', 'dim')], weight: 4 };
  const { visits, perSecond, bytes, failed, p50Ms, p95Ms, open } = traffic;
  const facts = [
    fact(visits),
    ...(perSecond > 0 ? [fact(rate(perSecond))] : []),
    fact(size(bytes)),
    ...(failed > 0 ? [fact(`${failed} failed`, 'red')] : []),
    ...(p50Ms === undefined ? [] : [fact(`p50 ${briefly(p50Ms)}`)]),
    ...(p95Ms === undefined ? [] : [fact(`p95 ${briefly(p95Ms)}`)]),
    ...(open > 0 ? [fact(`${open} open`)] : []),
  ];
  return { label: 'traffic', facts, weight: 6 };
}

/** What is said least often gives way to what is needed to find the rest. */
function keysRow({ notice, keys, link }: View, columns: number): readonly Row[] {
  if (notice !== undefined) return [{ facts: [fact(notice, 'cyan')], weight: 7 }];
  if (link.kind === 'stopping') return [];
  const acting = columns < LABELLED_COLUMNS ? [] : ['c copy', 'o open', 'q QR code'];
  const names = [...(keys ? [...acting, 'h help'] : []), 'Ctrl-C stops'];
  return [{ facts: names.map((name) => fact(name, 'dim')), between: span('   '), weight: 2 }];
}

function downRow({ originDown }: View): readonly Row[] {
  if (originDown === undefined) return [];
  const { what, todo } = originDown;
  return [
    { label: 'service', facts: [fact(`${what}:`, 'yellow'), fact(todo, 'yellow')], between: span(' '), weight: 7 },
  ];
}

function rowsFor(view: View, columns: number): readonly Row[] {
  return [
    ...exposureRows(view.exposures),
    { label: 'status', facts: linkFacts(view.link, view.gateway), weight: 8 },
    ...downRow(view),
    trafficRow(view.traffic),
    ...keysRow(view, columns),
  ];
}

/** Facts fill a line; the one that does not fit begins the next. */
function layOut({ label, facts, between = BETWEEN, whole }: Row, columns: number): readonly Line[] {
  const labelled = columns >= LABELLED_COLUMNS;
  const margin = span(labelled ? ` ${(label ?? '').padEnd(label === undefined ? 0 : LABEL_COLUMNS)}` : '', 'dim');
  const indent = span(' '.repeat(margin.text.length));
  const lines: Line[] = [];
  let line: Line = [margin];
  for (const [index, words] of facts.entries()) {
    const longer = index === 0 ? [...line, ...words] : [...line, between, ...words];
    if (index === 0 || widthOf(longer) <= columns) {
      line = longer;
    } else {
      lines.push(line);
      line = [indent, ...words];
    }
  }
  return [...lines, line].map((each, index) => (whole && index === 0 ? each : cutLine(each, columns)));
}

/** Lines in order; their rows, where long URLs wrap, are at most `rows`. One line at least. */
export function headerLines(view: View, columns: number, rows: number): readonly Line[] {
  if (view.panel) return panelLines(view.panel, columns, rows);
  const laid = rowsFor(view, columns).map((row) => ({ weight: row.weight, lines: layOut(row, columns) }));
  const height = () => laid.reduce((sum, { lines }) => sum + linesRows(lines, columns), 0);
  while (laid.length > 1 && height() > rows) {
    const lightest = Math.min(...laid.map(({ weight }) => weight));
    laid.splice(
      laid.findLastIndex(({ weight }) => weight === lightest),
      1,
    );
  }
  const lines = laid.flatMap((row) => row.lines);
  while (lines.length > 1 && linesRows(lines, columns) > rows) lines.pop();
  return lines;
}

export const linesRows = (lines: readonly Line[], columns: number): number =>
  lines.reduce((sum, line) => sum + rowsOf(widthOf(line), columns), 0);
