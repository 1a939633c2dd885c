import { describe, expect, it } from 'vitest';
import { parseBaseline } from './baseline-file.ts';
import { json } from './json.ts';
import { markdown } from './markdown.ts';
import { reportOf } from './report.ts';
import { around, figure, measured, TYPICAL } from './samples.testkit.ts';
import { parseThreshold } from './threshold.ts';

const quiet = reportOf(TYPICAL, { thresholds: [] });

describe('the summary in Markdown', () => {
  it('has a table whose rows have as many cells as its head', () => {
    const rows = markdown(quiet)
      .split('\n')
      .filter((line) => line.startsWith('|'));
    expect(rows[0]).toBe('| figure | unit | direct | tls | plain | tls / direct | plain / direct |');
    expect(rows[2]).toBe(
      '| `http.c64` Keep-alive requests, 64 visitors | req/s | 137k | 56.2k | 60.3k | **0.41** (0.41) | **0.44** (0.44) |',
    );
    expect(new Set(rows.map((row) => row.split('|').length))).toEqual(new Set([9]));
  });

  it('tells the verdicts first', () => {
    const now = measured([figure('http.c64', { direct: around(137_000), tls: around(40_000) })]);
    const text = markdown(
      reportOf(now, {
        thresholds: [parseThreshold('http.c64.ratio>0.5', TYPICAL.figures)],
        baseline: parseBaseline(json(quiet), 'main.json'),
      }),
    );
    expect(text).toContain('| **MISSED** | http.c64.ratio&#62;0.5 | measured 0.29');
    expect(text).toContain('| **REGRESSED** | `http.c64.tls` | 29% worse');
    expect(text.indexOf('MISSED')).toBeLessThan(text.indexOf('| figure'));
  });

  it('lets no name from the machine become markup', () => {
    const text = markdown(reportOf(measured([], { cpu: '<img src=x> | [a](b) `c` @d **e**' }), { thresholds: [] }));
    const line = text.split('\n').find((row) => row.startsWith('- CPU'))!;
    expect(line).not.toMatch(/[<>|[\]`@*]/);
    expect(line).toContain('&#60;img src=x&#62;');
  });

  it('says so when nothing was measured', () => {
    const nothing = { ...measured([]), failures: [{ scenario: 'http', why: 'no | origin' }] };
    const text = markdown(reportOf(nothing, { thresholds: [] }));
    expect(text).toContain('- not measured: http: no &#124; origin');
    expect(text).not.toContain('| figure');
  });
});
