import { readFileSync } from 'node:fs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { parseBaseline } from './baseline-file.ts';
import { json } from './json.ts';
import { failureOf, type Report, reportOf } from './report.ts';
import { around, figure, measured, TYPICAL } from './samples.testkit.ts';
import { jsonSchema, type ReportDocument, type reportSchema } from './schema.ts';
import { parseThreshold } from './threshold.ts';

const published = JSON.parse(
  readFileSync(`${import.meta.dirname}/../../../../bench/report.schema.json`, 'utf8'),
) as Record<string, unknown>;
const before = parseBaseline(json(reportOf(TYPICAL, { thresholds: [] })), 'main.json');
const ask = (...expressions: readonly string[]) => ({
  thresholds: expressions.map((expression) => parseThreshold(expression, TYPICAL.figures)),
});
const slower = measured([figure('http.c64', { direct: around(137_000), tls: around(40_000) })]);

describe('the published schema', () => {
  it('is the one the code makes; make it anew from jsonSchema() of schema.ts when the report changes', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(jsonSchema())));
  });

  it('describes the document and nothing less', () => {
    expectTypeOf<z.output<typeof reportSchema>>().toExtend<ReportDocument>();
    expectTypeOf<ReportDocument>().toExtend<z.input<typeof reportSchema>>();
  });

  // zod reads the published file here as any validator would: it does not know where the file came from.
  const validator = z.fromJSONSchema(published as Parameters<typeof z.fromJSONSchema>[0]);
  const whole = () =>
    reportOf(
      { ...TYPICAL, failures: [{ scenario: 'start', why: 'no' }] },
      { ...ask('pingpong<1us', 'idle.memory.ratio<2'), baseline: before },
    );

  it('holds for a report with everything in it, and for an empty one', () => {
    for (const report of [whole(), reportOf(measured([]), { thresholds: [] })])
      expect(validator.safeParse(JSON.parse(json(report))).error).toBeUndefined();
  });

  it('does not hold for a report that lacks something', () => {
    for (const name of ['v', 'figures', 'surroundings', 'remarks', 'baseline']) {
      const document = JSON.parse(json(whole())) as Record<string, unknown>;
      delete document[name];
      expect(validator.safeParse(document).success).toBe(false);
    }
  });

  it('lets a later version add fields', () => {
    expect(validator.safeParse({ ...JSON.parse(json(whole())), weather: 'fine' }).success).toBe(true);
  });
});

describe('the end of a run', () => {
  it('is good when nothing was asked, and when everything holds', () => {
    expect(failureOf(reportOf(slower, { thresholds: [] }))).toBeUndefined();
    expect(failureOf(reportOf(TYPICAL, { ...ask('http.c64.ratio>0.2'), baseline: before }))).toBeUndefined();
  });

  it('is TK-5009 for missed thresholds, each with value, interval and bound', () => {
    const failure = failureOf(reportOf(TYPICAL, ask('http.c64.ratio>0.9', 'pingpong<1s', 'bulk.down.c1.ratio>0.5')))!;
    expect(failure.code).toBe('TK-5009');
    expect(failure.seen).toBe(
      'http.c64.ratio>0.9: measured 0.41 (0.41 to 0.41), wanted > 0.90. bulk.down.c1.ratio>0.5: measured 0.35 (0.35 to 0.35), wanted > 0.50',
    );
  });

  it('is TK-5010 for a regression, and not for what is inconclusive', () => {
    expect(failureOf(reportOf(slower, { thresholds: [], baseline: before }))).toMatchObject({
      code: 'TK-5010',
      seen: expect.stringContaining('http.c64.tls regressed, 29% worse'),
    });
    const unsure = measured([figure('http.c64', { direct: [1, 1, 1, 1], tls: [0.1, 0.2, 0.3, 0.5] })]);
    const report = reportOf(unsure, { thresholds: [], baseline: before });
    expect(report.baseline?.changes.map(({ outcome }) => outcome)).toEqual(['inconclusive']);
    expect(failureOf(report)).toBeUndefined();
  });
});

describe('names from the machine', () => {
  it('cannot move a cursor, turn a line around, or fill the report', () => {
    const hostile = { cpu: '\u001b[2JCPU\u202e\n', origin: 'x'.repeat(9_999) };
    const { surroundings }: Report = reportOf(measured([], hostile), { thresholds: [] });
    expect(surroundings.cpu).toBe('\\u001b[2JCPU\\u202e\\u000a');
    expect(surroundings.origin).toHaveLength(501);
  });
});
