import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TunnelError } from '../../../contract/errors.ts';
import { findings } from './findings.ts';
import { around, figure, TYPICAL } from './samples.testkit.ts';
import { parseThreshold, type Threshold } from './threshold.ts';
import { checkThresholds } from './threshold-check.ts';

const KNOWN = TYPICAL.figures;
const parse = (expression: string) => parseThreshold(expression, KNOWN);

function refusal(expression: string): string {
  try {
    parse(expression);
  } catch (thrown) {
    if (thrown instanceof TunnelError && thrown.code === 'TK-5005') return thrown.seen;
    throw thrown;
  }
  return 'accepted';
}

describe('a threshold', () => {
  it.each([
    ['http.c64.ratio>0.2', 'http.c64', 'tls', 'ratio', '>', 0.2],
    ['http.c64.plain.ratio >= 30%', 'http.c64', 'plain', 'ratio', '>=', 0.3],
    ['http.c64>30%', 'http.c64', 'tls', 'ratio', '>', 0.3],
    ['http.c64.p99<5ms', 'http.c64.p99', 'tls', 'median', '<', 5_000],
    ['http.c64.p99.direct.median<=900', 'http.c64.p99', 'direct', 'median', '<=', 900],
    ['http.c64.p99.direct<900', 'http.c64.p99', 'direct', 'median', '<', 900],
    ['http.c64.plain>30k', 'http.c64', 'plain', 'median', '>', 30_000],
    ['http.c64>30kreq/s', 'http.c64', 'tls', 'median', '>', 30_000],
    ['bulk.down.c1>1.5GB/s', 'bulk.down.c1', 'tls', 'median', '>', 1_500],
    ['idle.memory.median<2kB', 'idle.memory', 'tls', 'median', '<', 2_000],
    ['pingpong<90us', 'pingpong', 'tls', 'median', '<', 90],
    ['pingpong<90µs', 'pingpong', 'tls', 'median', '<', 90],
    ['pingpong<0.00009s', 'pingpong', 'tls', 'median', '<', 90],
  ])('%s is read', (expression, id, path, statistic, operator, bound) => {
    const { bound: read, ...rest } = parse(expression);
    expect(rest).toEqual({ expression, figure: id, path, statistic, operator });
    expect(read).toBeCloseTo(bound, 9);
  });

  it.each([
    ['http.c46.ratio>0.2', 'Did you mean http.c64?'],
    ['nothing>1ms', 'it measures http.c64, http.c64.p99'],
    ['http.c64>5', 'say http.c64.ratio or http.c64.median'],
    ['http.c64.direct.ratio>0.2', 'the ratio of direct to itself is 1'],
    ['http.c64.ratio>0.2ms', 'a ratio has no unit ms'],
    ['http.c64<5ms', 'is measured in req/s, not ms; write req/s'],
    ['pingpong.ratio.tls<2', 'after the figure comes'],
    ['pingpong.mean<2', 'not .mean'],
    ['pingpong.tls.plain<2ms', 'after the figure comes'],
    ['pingpong.ratio=2', 'it is written FIGURE OPERATOR NUMBER'],
    ['pingpong.ratio>-2', 'it is written FIGURE OPERATOR NUMBER'],
    ['', 'it is written FIGURE OPERATOR NUMBER'],
    [`pingpong.ratio>${'9'.repeat(400)}`, 'too large'],
    ['constructor.ratio>1', 'measures no constructor'],
    ['pingpong<1constructor', 'not constructor'],
  ])('%s is refused in words', (expression, words) => {
    expect(refusal(expression)).toContain(words);
  });

  it('is read or refused as usage, whatever is written', () => {
    const word = fc.constantFrom(
      'http',
      'c64',
      'p99',
      'pingpong',
      'tls',
      'plain',
      'direct',
      'ratio',
      'median',
      '',
      '__proto__',
    );
    const written = fc
      .tuple(
        fc.array(word, { maxLength: 5 }),
        fc.constantFrom('>', '<=', '=', ''),
        fc.double(),
        fc.constantFrom('', 'ms', '%', 'k', 'valueOf'),
      )
      .map(([words, operator, number, unit]) => `${words.join('.')}${operator}${number}${unit}`);
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), written), (expression) => {
        const said = refusal(expression);
        if (said === 'accepted') expect(Number.isFinite(parse(expression).bound)).toBe(true);
        else expect(said).toContain('--threshold');
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('checking a threshold', () => {
  const figures = findings(TYPICAL.figures);
  const check = (expression: string, among = figures) => checkThresholds([parse(expression)], among)[0]!;

  it('compares the median of the paired ratio, and says value, interval and bound', () => {
    expect(check('http.c64.ratio>0.4')).toMatchObject({ holds: true, close: false });
    expect(check('http.c64.ratio>0.5')).toMatchObject({
      holds: false,
      words: 'measured 0.41 (0.41 to 0.41), wanted > 0.50',
    });
    expect(check('pingpong<80us').words).toBe('measured 84.0 µs (82.3 µs to 85.7 µs), wanted < 80.0 µs');
  });

  it('tells > from >= at the bound', () => {
    const even = findings([figure('pingpong', { tls: [80, 80], direct: [40, 40] })]);
    const holds = ['pingpong.ratio>2', 'pingpong.ratio>=2', 'pingpong.ratio<2', 'pingpong.ratio<=2'].map(
      (e) => check(e, even).holds,
    );
    expect(holds).toEqual([false, true, false, true]);
  });

  it('says when the bound lies inside the interval', () => {
    const verdict = check('pingpong<84us');
    expect(verdict.close).toBe(true);
    expect(verdict.words).toContain('another run may end the other way');
  });

  it('is missed by a figure that was not measured', () => {
    const missing = { holds: false, measured: null, words: 'it was not measured' };
    expect(check('pingpong<1s', [])).toMatchObject(missing);
    expect(check('idle.memory.ratio<9')).toMatchObject(missing);
    expect(check('idle.memory.plain.median<9')).toMatchObject(missing);
  });

  it('has no interval of a single round', () => {
    const single = findings([figure('pingpong', { tls: around(80, [1]), direct: around(40, [1]) })]);
    expect(check('pingpong.ratio<=2', single)).toMatchObject({ close: false, holds: true });
    expect(check('pingpong.ratio<=2', single).words).toContain('one round');
  });

  it('keeps the order of the command line', () => {
    const asked: readonly Threshold[] = ['pingpong<1s', 'http.c64.ratio>0.1'].map(parse);
    expect(checkThresholds(asked, figures).map(({ figure: id }) => id)).toEqual(['pingpong', 'http.c64']);
  });
});
