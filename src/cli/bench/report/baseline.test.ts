import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compare, type Outcome } from './baseline.ts';
import { parseBaseline, readBaseline } from './baseline-file.ts';
import { findings } from './findings.ts';
import { json } from './json.ts';
import { reportOf } from './report.ts';
import { around, figure, measured, QUIET, type SeriesOf, SURROUNDINGS } from './samples.testkit.ts';

const NOISY = [0.8, 1.25, 1, 0.85, 1.2, 0.95];
const reportWith = (figures: Parameters<typeof measured>[0], more = {}) =>
  reportOf(measured(figures, more), { thresholds: [] });
const asBaseline = (...args: Parameters<typeof reportWith>) => parseBaseline(json(reportWith(...args)), 'main.json');

/** The direct path is even, so that the shape of the tunnel's rounds is that of the ratios. */
const tunnelled = (ratio: number, shape: readonly number[] = QUIET): SeriesOf => ({
  direct: shape.map(() => 1_000),
  tls: around(1_000 * ratio, shape),
});

function outcome(before: SeriesOf, now: SeriesOf, better: 'more' | 'less' = 'more'): Outcome {
  const [old, fresh] = [before, now].map((series) => figure('http.c64', series, { better }));
  return compare(asBaseline([old!]), findings([fresh!]), SURROUNDINGS).changes[0]!.outcome;
}

describe('a comparison with a baseline', () => {
  it.each([
    ['regressed', 0.4, 0.36, QUIET],
    ['improved', 0.4, 0.44, QUIET],
    ['same', 0.4, 0.404, QUIET],
    ['same', 0.4, 0.4, QUIET],
    ['inconclusive', 0.4, 0.36, NOISY],
    ['inconclusive', 0.4, 0.4, NOISY],
    ['regressed', 0.4, 0.2, NOISY],
  ] as const)('is %s from %f to %f', (expected, before, now, shape) => {
    expect(outcome(tunnelled(before, shape), tunnelled(now, shape))).toBe(expected);
  });

  it('turns around for figures of which less is better', () => {
    expect(outcome(tunnelled(2), tunnelled(2.4), 'less')).toBe('regressed');
    expect(outcome(tunnelled(2.4), tunnelled(2), 'less')).toBe('improved');
  });

  it('calls nothing a regression that is sure but small', () => {
    const still = [1, 1, 1, 1, 1, 1];
    expect(outcome(tunnelled(0.4, still), tunnelled(0.384, still))).toBe('same');
  });

  it('calls nothing a change with fewer than four rounds', () => {
    expect(outcome(tunnelled(0.4, [1, 1, 1]), tunnelled(0.1, [1, 1, 1, 1, 1]))).toBe('inconclusive');
    expect(outcome(tunnelled(0.4, [1, 1, 1, 1]), tunnelled(0.1, [1, 1, 1, 1]))).toBe('regressed');
  });

  it('looks at ratios only: a machine of half the speed changes nothing', () => {
    const now = { direct: around(500, [1, 1, 1, 1, 1, 1]), tls: around(200) };
    expect(outcome(tunnelled(0.4), now)).toBe('same');
  });

  it('names what makes the runs less comparable, and ratios that only one has', () => {
    const before = asBaseline([figure('old', tunnelled(0.4)), figure('http.c1', tunnelled(0.4))], {
      cores: 2,
      origin: 'own',
    });
    const figures = findings([figure('http.c1', tunnelled(0.4)), figure('new', tunnelled(0.4))]);
    const found = compare(before, figures, SURROUNDINGS);
    expect(found.differences).toEqual(['number of cores: was 2, is 8', 'origin: was own, is nginx/1.22.1']);
    expect(found.unmatched).toEqual(['old.tls', 'new.tls']);
    expect(found.changes.map((change) => change.figure)).toEqual(['http.c1']);
  });

  it('says how much better or worse in words', () => {
    const before = asBaseline([figure('pingpong', tunnelled(2), { better: 'less' })]);
    const now = findings([figure('pingpong', tunnelled(2.5), { better: 'less' })]);
    expect(compare(before, now, SURROUNDINGS).changes[0]!.words).toBe(
      '20% worse: was 1.96–2.04, is 2.45–2.55; the intervals are apart',
    );
  });
});

describe('the file of a baseline', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tunnelkit-baseline-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const text = json(reportWith([figure('http.c64', tunnelled(0.4))]));
  const changed = (change: (document: Record<string, unknown>) => void) => {
    const document = JSON.parse(text) as Record<string, unknown>;
    change(document);
    return JSON.stringify(document);
  };

  it('is read from the disk', async () => {
    const file = join(directory, 'main.json');
    writeFileSync(file, text);
    expect((await readBaseline(file)).figures[0]!.id).toBe('http.c64');
  });

  it('may hold fields, paths and units that are not known here', () => {
    const later = changed((document) => {
      Object.assign(document, { weather: 'fine' });
      Object.assign(document.surroundings as object, { phase: 'full' });
      const [first] = document.figures as [{ unit: string; paths: object[] }];
      first.unit = 'pages/s';
      first.paths.push({ path: 'quic', ratio: null });
    });
    expect(parseBaseline(later, 'later.json').figures[0]!.paths).toHaveLength(3);
  });

  it.each([
    ['another version', () => changed((document) => Object.assign(document, { v: 2 })), 'version 2'],
    ['something else', () => '{"type":"module"}', 'no report of `tunnelkit bench`'],
    ['a list', () => '[]', 'no report'],
    ['half a file', () => text.slice(0, 99), 'not JSON'],
    ['nothing', () => '', 'not JSON'],
    ['a report without figures', () => changed((document) => Object.assign(document, { figures: 7 })), 'figures:'],
  ])('is refused with TK-5011 when it is %s', (_name, make, words) => {
    expect(() => parseBaseline(make(), 'x.json')).toThrow(
      expect.objectContaining({ code: 'TK-5011', seen: expect.stringContaining(words) }),
    );
  });

  it('is refused with TK-5011 when it cannot be read, or never ends', async () => {
    await expect(readBaseline(join(directory, 'none.json'))).rejects.toMatchObject({ code: 'TK-5011' });
    await expect(readBaseline(directory)).rejects.toMatchObject({ code: 'TK-5011' });
    await expect(readBaseline('/dev/zero')).rejects.toMatchObject({
      code: 'TK-5011',
      seen: expect.stringContaining('larger than'),
    });
  });
});
