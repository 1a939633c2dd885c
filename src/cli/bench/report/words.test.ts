import { describe, expect, it } from 'vitest';
import { findings } from './findings.ts';
import { percent, quantity, ratioText, scaleFor } from './quantity.ts';
import { around, figure, TYPICAL } from './samples.testkit.ts';
import { headlines, headlineWords, intervalWords, inWords } from './words.ts';

describe('numbers for people', () => {
  it.each([
    [137_412, 'req/s', '137k req/s'],
    [9_994, 'req/s', '9994 req/s'],
    [9_996, 'conn/s', '10.00k conn/s'],
    [1_234_567, 'req/s', '1.23M req/s'],
    [942.4, 'req/s', '942 req/s'],
    [3_116, 'MB/s', '3116 MB/s'],
    [71.23, 'µs', '71.2 µs'],
    [4_700, 'µs', '4.70 ms'],
    [2_500_000, 'µs', '2.50 s'],
    [83, 'ms', '83.0 ms'],
    [711, 'bytes', '711 B'],
    [65_975, 'bytes', '66.0 kB'],
    [0, 'bytes', '0 B'],
    [0.034, 'µs', '0.034 µs'],
  ] as const)('%f %s is %s', (value, unit, text) => {
    expect(quantity(value, unit)).toBe(text);
  });

  it('stand beside each other in one unit, in which the least is not below 1', () => {
    const scale = scaleFor('µs', [900, 12_000]);
    expect([scale.text(900), scale.text(12_000), scale.unit]).toEqual(['900', '12000', 'µs']);
    expect(scaleFor('µs', [1_500, 12_000]).unit).toBe('ms');
    expect(scaleFor('bytes', []).unit).toBe('B');
  });

  it('show a ratio with the digits that count', () => {
    expect([0.4132, 2.349, 12.34, 0.0351, 0, 9.999].map(ratioText)).toEqual([
      '0.41',
      '2.35',
      '12.3',
      '0.035',
      '0.00',
      '10.0',
    ]);
    expect([0.414, 0.001, 0, -0.12].map(percent)).toEqual(['41%', '<1%', '0%', '12%']);
  });
});

describe('slower and faster', () => {
  const rate = { better: 'more', unit: 'req/s' } as const;
  const time = { better: 'less', unit: 'µs' } as const;
  const memory = { better: 'less', unit: 'bytes' } as const;
  it.each([
    [0.41, rate, '2.4 times slower than direct'],
    [1.2, rate, '1.20 times faster than direct'],
    [0.99, rate, 'as fast as direct'],
    [2.5, time, '2.5 times slower than direct'],
    [0.5, time, '2.0 times faster than direct'],
    [1.01, time, 'as fast as direct'],
    [3, memory, '3.0 times more than direct'],
    [0.25, memory, '4.0 times less than direct'],
    [0, rate, 'slower beyond measure'],
    [0, time, 'faster beyond measure'],
  ] as const)('a ratio of %f for %o is %s', (ratio, figureKind, words) => {
    expect(inWords(ratio, figureKind)).toBe(words);
  });
});

describe('headlines', () => {
  it('are requests, bulk and pingpong, each with its tunnels', () => {
    const found = headlines(findings(TYPICAL.figures));
    expect(found.map(({ id }) => id)).toEqual(['http.c64', 'bulk.down.c1', 'pingpong']);
    expect(found[0]!.paths).toEqual([
      {
        path: 'tls',
        value: '56.2k req/s',
        share: '41% of direct',
        range: '0.41',
        gain: '2.4 times slower than direct',
      },
      {
        path: 'plain',
        value: '60.3k req/s',
        share: '44% of direct',
        range: '0.44',
        gain: '2.3 times slower than direct',
      },
    ]);
    expect(headlineWords(found[2]!.paths[0]!)).toBe('3.00 × direct (3.00), 3.0 times slower than direct');
  });

  it('are the first figures that have a ratio where those are missing', () => {
    const figures = [figure('idle', { tls: around(7) }), figure('udp', { direct: around(4), tls: around(2) })];
    expect(headlines(findings(figures)).map(({ id }) => id)).toEqual(['udp']);
    expect(headlines([])).toEqual([]);
  });

  it('say what the intervals are worth, from the fewest rounds', () => {
    const words = (runs: number) =>
      intervalWords(findings([figure('udp', { direct: Array(runs).fill(4), tls: Array(runs).fill(2) })]));
    expect(words(6)).toContain('96 times in 100');
    expect(words(5)).toContain('93 times in 100');
    expect(words(1)).toContain('no interval');
    expect(intervalWords([])).toBe('');
  });
});
