// Where the report goes and what it is judged by, from the command line: everything that can be wrong is refused before minutes of measuring.

import { TunnelError } from '../../contract/errors.ts';
import type { Options } from '../parse.ts';
import { text } from '../text.ts';
import { readBaseline } from './report/baseline-file.ts';
import { htmlPage } from './report/html/page.ts';
import { json } from './report/json.ts';
import { markdown } from './report/markdown.ts';
import { refuseUnwritable, writeOutput } from './report/output-file.ts';
import type { Asked, Report } from './report/report.ts';
import { parseThreshold } from './report/threshold.ts';
import type { FigureRow } from './scenario.ts';

const FORMATS: Readonly<Record<string, (report: Report) => string>> = { json, html: htmlPage, markdown };
const STDOUT = '-';

type Output = readonly [file: string, format: (report: Report) => string];

const outputsOf = (options: Options): readonly Output[] =>
  Object.entries(FORMATS).flatMap(([name, format]) => {
    const file = text(options[name]);
    return file === undefined ? [] : [[file, format] as const];
  });

/** `figures`: those that will be measured. Throws for what cannot be read, written or understood. */
export async function askedOf(options: Options, figures: readonly FigureRow[]): Promise<Asked> {
  const files = outputsOf(options).map(([file]) => file);
  if (files.filter((file) => file === STDOUT).length > 1)
    throw new TunnelError('TK-5005', 'Only one report can go to stdout (-).');
  for (const file of files) if (file !== STDOUT) await refuseUnwritable(file);
  const expressions = (options.threshold ?? []) as readonly string[];
  const baseline = text(options.baseline);
  return {
    thresholds: expressions.map((expression) => parseThreshold(expression, figures)),
    baseline: baseline === undefined ? undefined : await readBaseline(baseline),
  };
}

/** `result` gets what goes to stdout: what was asked for there, else the table. Throws TK-8005 or TK-8002 when all that can be written is. */
export async function writeReport(
  report: Report,
  options: Options,
  table: () => string,
  result: (text: string) => void,
): Promise<void> {
  const outputs = outputsOf(options);
  const shown = outputs.find(([file]) => file === STDOUT);
  // First what is read at once: a full disk must not cost the minutes it took.
  result(shown === undefined ? table() : shown[1](report).trimEnd());
  const files = outputs.filter(([file]) => file !== STDOUT);
  const written = await Promise.allSettled(files.map(([file, format]) => writeOutput(file, format(report))));
  for (const one of written) if (one.status === 'rejected') throw one.reason;
}
