// The report as Markdown, for the job summary of a CI: the verdict first, the machine folded away.
import { byOutcome, type Comparison, changesInWords } from './baseline.ts';
import { cellOf, cellsOf, type FigureCells, pathsOf } from './cells.ts';
import type { Report } from './report.ts';
import { METHOD, moment, surroundingsRows } from './surroundings.ts';
import { headlines, headlineWords, intervalWords, PATH_NAME } from './words.ts';

/** Names of machines and words of errors must not become markup, links or mentions. */
export const plain = (text: string): string =>
  text.replaceAll(/[\\`*_{}[\]<>()#+!|~&@]/g, (character) => `&#${character.charCodeAt(0)};`).replaceAll('\n', ' ');

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[], rightFrom: number): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, index) => (index >= rightFrom ? '--:' : '---'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

function figureTable(report: Report): string {
  const paths = pathsOf(report.figures);
  const compared = paths.filter((path) => path !== 'direct');
  const head = ['figure', 'unit', ...paths, ...compared.map((path) => `${path} / direct`)];
  const ratioCell = (cells: FigureCells, path: (typeof paths)[number]) => {
    const { ratio = '', interval = '' } = cellOf(cells, path) ?? {};
    return interval === '' ? ratio : `**${ratio}** (${interval})`;
  };
  const rows = report.figures
    .filter((figure) => figure.paths.length > 0)
    .map(cellsOf)
    .map((cells) => [
      `\`${cells.figure.id}\` ${plain(cells.figure.title)}`,
      cells.unit,
      ...paths.map((path) => cellOf(cells, path)?.value ?? ''),
      ...compared.map((path) => ratioCell(cells, path)),
    ]);
  return rows.length === 0 ? '' : markdownTable(head, rows, 2);
}

function headlineText(report: Report): string {
  return headlines(report.figures)
    .flatMap(({ title, paths }) =>
      paths.map((path) => `- ${plain(title)}, ${PATH_NAME[path.path]}: **${path.value}**, ${headlineWords(path)}`),
    )
    .join('\n');
}

function thresholdText({ thresholds }: Report): string {
  if (thresholds.length === 0) return '';
  const rows = thresholds.map(({ holds, expression, words }) => [
    holds ? 'holds' : '**MISSED**',
    plain(expression),
    plain(words),
  ]);
  return `### Thresholds\n\n${markdownTable(['', 'threshold', ''], rows, 3)}`;
}

function baselineText(baseline: Comparison | null): string {
  if (!baseline) return '';
  const rows = Object.values(byOutcome(baseline.changes))
    .flat()
    .map(({ figure, path, outcome, words }) => [
      outcome === 'regressed' ? '**REGRESSED**' : outcome,
      `\`${figure}.${path}\``,
      plain(words),
    ]);
  const about = `Against ${plain(baseline.file)}: tunnelkit ${plain(baseline.tunnelkit)}, ${plain(moment(baseline.startedAt))}.`;
  const differences = baseline.differences.map((difference) => `- not the same ${plain(difference)}`);
  const unmatched =
    baseline.unmatched.length === 0 ? '' : `Only in one of the two: ${plain(baseline.unmatched.join(', '))}.`;
  const body = rows.length === 0 ? '' : markdownTable(['', 'ratio', ''], rows, 3);
  return ['### Baseline', about, changesInWords(baseline.changes), differences.join('\n'), body, unmatched]
    .filter(Boolean)
    .join('\n\n');
}

function surroundingsText({ surroundings }: Report): string {
  const rows = surroundingsRows(surroundings).map(([name, value]) => `- ${name}: ${plain(value)}`);
  const method = METHOD.map((sentence) => `- ${sentence}`);
  const again = `Measure again: ${plain(surroundings.command)}`;
  const body = [rows.join('\n'), method.join('\n'), again].join('\n\n');
  return `<details><summary>Machine and method</summary>\n\n${body}\n\n</details>`;
}

export function markdown(report: Report): string {
  const failures = report.failures.map(({ scenario, why }) => `- not measured: ${plain(scenario)}: ${plain(why)}`);
  const remarks = report.remarks.map(({ level, words, todo }) => `- ${level}: ${plain(words)} ${plain(todo)}`);
  const parts = [
    '## tunnelkit bench',
    headlineText(report),
    thresholdText(report),
    baselineText(report.baseline),
    figureTable(report),
    intervalWords(report.figures),
    failures.join('\n'),
    remarks.join('\n'),
    surroundingsText(report),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}
