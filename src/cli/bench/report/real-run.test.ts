// A run that was really measured, on two cores that seven other builds were using: what the report makes of it.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Measured } from '../report-types.ts';
import { compare } from './baseline.ts';
import { parseBaseline } from './baseline-file.ts';
import { htmlPage } from './html/page.ts';
import { json } from './json.ts';
import { markdown } from './markdown.ts';
import { reportOf } from './report.ts';
import { type ReportDocument, reportSchema } from './schema.ts';
import { table } from './table.ts';

const text = readFileSync(`${import.meta.dirname}/../../../../fixtures/bench/busy-machine.json`, 'utf8');
const document = JSON.parse(text) as ReportDocument;
const measured: Measured = {
  surroundings: document.surroundings,
  figures: document.figures.map(({ paths, ...figure }) => ({
    ...figure,
    series: paths.map(({ path, samples }) => ({ path, samples })),
  })),
  failures: document.failures,
};
const report = reportOf(measured, { thresholds: [] });

describe('a run on a busy machine', () => {
  it('is a report by the schema, and is concluded again from its own samples', () => {
    expect(reportSchema.safeParse(document).error).toBeUndefined();
    expect(JSON.parse(json(report))).toEqual({ ...document, thresholds: [] });
  });

  it('is told to be one, by load, spread and width', () => {
    const warnings = report.remarks.filter(({ level }) => level === 'warning').map(({ about }) => about);
    expect(warnings).toEqual(['load', 'spread', 'interval']);
  });

  it('regresses from no other run by chance: against itself nothing has changed', () => {
    const changes = compare(parseBaseline(text, 'itself'), report.figures, report.surroundings).changes;
    expect(changes).toHaveLength(12);
    expect(changes.filter(({ outcome }) => outcome === 'regressed' || outcome === 'improved')).toEqual([]);
  });

  it('names every figure in every output', () => {
    for (const shown of [table(report, { columns: 40, colour: false }), markdown(report), htmlPage(report)])
      for (const { id } of report.figures) expect(shown).toContain(id);
  });
});
