import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SCENARIOS } from '../scenarios.ts';
import { parseBaseline } from './baseline-file.ts';
import { json } from './json.ts';
import { reportOf } from './report.ts';
import { around, figure, measured, TYPICAL } from './samples.testkit.ts';
import { table } from './table.ts';
import { parseThreshold } from './threshold.ts';

const quiet = reportOf(TYPICAL, { thresholds: [] });
const before = parseBaseline(json(quiet), 'main.json');
const eventful = reportOf(
  {
    ...measured(
      [
        figure('http.c64', { direct: around(137_000), tls: around(40_000), plain: around(70_000) }),
        figure('http.c256', { direct: around(9), tls: around(3) }),
      ],
      { loadBefore: 9, cores: 2, cpuMhz: 0 },
    ),
    failures: [{ scenario: 'bulk', why: 'the origin went away' }],
  },
  {
    thresholds: ['http.c64.ratio>0.5', 'http.c64>1k'].map((e) => parseThreshold(e, TYPICAL.figures)),
    baseline: before,
  },
);
const lines = (text: string) => text.split('\n');

describe('the table', () => {
  it('aligns figures in columns where there is room', () => {
    const shown = lines(table(quiet, { columns: 80, colour: false }));
    expect(shown.filter((line) => /^(figure|http|bulk|pingpong|idle)/.test(line))).toEqual([
      'figure        unit   direct    tls  ×direct  range  plain  ×direct  range',
      'http.c64      req/s    137k  56.2k     0.41  0.41   60.3k     0.44  0.44',
      'http.c64.p99  µs        920   2300     2.50  2.50    1840     2.00  2.00',
      'bulk.down.c1  MB/s     3100   1085     0.35  0.35    1550     0.50  0.50',
      'pingpong      µs       28.0   84.0     3.00  3.00    70.0     2.50  2.50',
      'idle.memory   B                711',
    ]);
  });

  it('has a line for each figure of a whole run in 80 columns', () => {
    const wide = (centre: number) => around(centre, [0.4, 1.3, 1, 0.9, 1.1, 1]);
    const figures = SCENARIOS.flatMap(({ figures, paths }) =>
      figures.map((row) => {
        const series = { direct: around(59_900), tls: wide(7_123), plain: wide(6_123) };
        return figure(row.id, paths.length === 3 ? series : { tls: around(711) }, row);
      }),
    );
    const shown = lines(table(reportOf(measured(figures), { thresholds: [] }), { columns: 80, colour: false }));
    expect(shown.filter((line) => line.startsWith('connect '))).toEqual([
      'connect         conn/s  59.9k 7123  0.12 0.048–0.15  6123  0.10 0.041–0.13',
    ]);
    for (const { id } of figures) expect(shown.some((line) => line.startsWith(`${id} `))).toBe(true);
  });

  it('has no column for intervals of a single round', () => {
    const once = reportOf(measured([figure('http.c64', { direct: [4], tls: [1] })]), { thresholds: [] });
    expect(lines(table(once, { columns: 50, colour: false }))).toContain('http.c64  req/s    4.00  1.00     0.25');
  });

  it('names figures in words too on a wide terminal', () => {
    const shown = lines(table(quiet, { columns: 130, colour: false }));
    expect(shown.find((line) => line.startsWith('pingpong'))).toMatch(
      /^pingpong +One byte and back +µs +28\.0 +84\.0 +3\.00/,
    );
  });

  it('puts the paths below each other on a narrow terminal', () => {
    const shown = table(quiet, { columns: 40, colour: false });
    expect(shown).toContain(
      [
        'One byte and back (µs)',
        '  pingpong',
        '  direct  28.0',
        '  tls     84.0  3.00  3.00',
        '  plain   70.0  2.50  2.50',
      ].join('\n'),
    );
  });

  it.each([32, 40, 80, 120, 200])('keeps within %i columns, whatever it has to say', (columns) => {
    const isLongWord = (line: string) => !/\S\s+\S/.test(line);
    const wide = lines(table(eventful, { columns, colour: false })).filter(
      (line) => line.length > columns && !isLongWord(line),
    );
    expect(wide).toEqual([]);
  });

  it('says the verdicts, the regression, the failure and the noise', () => {
    const shown = table(eventful, { columns: 200, colour: false });
    for (const said of [
      'MISSED http.c64.ratio>0.5: measured 0.29',
      'holds http.c64>1k: measured 40.0k req/s',
      'REGRESSED http.c64.tls, 29% worse',
      'improved http.c64.plain, 16% better',
      'Of 2 ratios: 1 regressed, 1 improved, 0 the same, 0 inconclusive.',
      'only in one of the two:',
      'not the same number of cores: was 8, is 2',
      'not measured: bulk: the origin went away',
      'warning: The machine was busy',
      'note: ',
      'Again: tunnelkit bench http bulk --runs 6',
    ])
      expect(shown).toContain(said);
  });

  it('has colour only when it may, and says the same with it', () => {
    const [bare, coloured] = [false, true].map((colour) => table(eventful, { columns: 80, colour }));
    expect(bare).toBe(stripVTControlCharacters(bare!));
    expect(coloured).not.toBe(bare);
    expect(stripVTControlCharacters(coloured!)).toBe(bare);
  });

  it('of a run in which everything failed still says where and why', () => {
    const shown = table(
      reportOf({ ...measured([]), failures: [{ scenario: 'http', why: 'no origin' }] }, { thresholds: [] }),
      {
        columns: 80,
        colour: false,
      },
    );
    expect(shown).toContain('not measured: http: no origin');
    expect(shown).toContain('Example CPU 9000');
  });
});
