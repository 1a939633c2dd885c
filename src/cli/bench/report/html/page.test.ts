import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBaseline } from '../baseline-file.ts';
import { json } from '../json.ts';
import { reportOf } from '../report.ts';
import { around, figure, measured, TYPICAL } from '../samples.testkit.ts';
import { parseThreshold } from '../threshold.ts';
import { linearAxis, logAxis } from './axis.ts';
import { html, section } from './markup.ts';
import { htmlPage } from './page.ts';
import { apart } from './rounds.ts';

const page = (run = TYPICAL) => htmlPage(reportOf(run, { thresholds: [] }));

describe('markup', () => {
  it('escapes every value, in text and in attributes, but not markup', () => {
    const hostile = `<script>"&'`;
    expect(html`<p title="${hostile}">${[hostile, html`<b>${1}</b>`]}</p>`.text).toBe(
      '<p title="&lt;script&gt;&quot;&amp;&#39;">&lt;script&gt;&quot;&amp;&#39;<b>1</b></p>',
    );
  });

  it('makes no section of nothing', () => {
    expect(section('Empty', 'empty', [])).toEqual([]);
  });
});

describe('an axis', () => {
  const positive = fc.double({ min: 1e-3, max: 1e9, noNaN: true });

  it('begins at nothing, and has a few round ticks that are not beyond its end', () => {
    expect(linearAxis(1).ticks.map((tick) => Number(tick.toFixed(2)))).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    fc.assert(
      fc.property(positive, (most) => {
        const { ticks, at } = linearAxis(most);
        expect(ticks.length).toBeGreaterThanOrEqual(3);
        expect(ticks.length).toBeLessThanOrEqual(7);
        expect([at(0), at(most) > 97, at(ticks.at(-1)!) <= 100]).toEqual([0, true, true]);
      }),
    );
  });

  it('of powers of ten encloses all values, in their order', () => {
    fc.assert(
      fc.property(fc.array(positive, { minLength: 1, maxLength: 9 }), (values) => {
        const { ticks, at } = logAxis(values);
        expect(ticks[0]).toBeLessThanOrEqual(Math.min(...values));
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(Math.max(...values));
        const places = values.toSorted((a, b) => a - b).map(at);
        expect(places).toEqual(places.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('names beside a plot', () => {
  it('keep their order and their distance, and stay beside it', () => {
    expect(apart([40, 10, 80])).toEqual([40, 10, 80]);
    expect(apart([40, 41, 42])).toEqual([40, 54, 68]);
    expect(apart([92, 90, 91])).toEqual([92, 64, 78]);
  });
});

describe('the page', () => {
  it('begins with the run in one sentence', () => {
    expect(page()).toContain('<h1>Keep-alive requests, 64 visitors: 41% of direct over TLS, 44% plain</h1>');
    expect(page(measured([]))).toContain('<h1>Nothing could be compared with a direct path</h1>');
  });

  it('then says how the run ended, if anything was asked of it', () => {
    const asked = (bound: string) => ({ thresholds: [parseThreshold(`http.c64.ratio>${bound}`, TYPICAL.figures)] });
    const ending = (...args: Parameters<typeof reportOf>) =>
      />([^<]*)<\/p>|$/.exec(htmlPage(reportOf(...args)).split('class="ending')[1] ?? '')?.[1];
    const baseline = parseBaseline(json(reportOf(TYPICAL, { thresholds: [] })), 'main.json');
    expect(page()).not.toContain('class="ending');
    expect(ending(TYPICAL, asked('0.2'))).toBe('Every threshold holds.');
    expect(ending(TYPICAL, { thresholds: [], baseline })).toMatch(
      /^No regression was found\. Of 8 ratios: 0 regressed/,
    );
    expect(htmlPage(reportOf(TYPICAL, asked('0.9')))).toContain('A bench threshold was missed. <code>TK-5009</code>');
  });

  it('names nothing that a browser would fetch, and runs nothing', () => {
    expect(page()).not.toMatch(/<script|<img|<iframe|url\(|@import|\bsrc=|https?:|javascript:/i);
    expect([...page().matchAll(/href="([^"]*)"/g)].map(([, target]) => target)).toEqual(['data:,']);
  });

  it('draws no number that is none', () => {
    const odd = [
      figure('zero', { direct: [0, 0], tls: [0, 0] }),
      figure('zero.time', { tls: [0] }, { unit: 'µs' }),
      figure('once', { direct: [5], tls: [2], plain: [1] }),
      figure('huge', { direct: around(1e-9), tls: around(1e12) }),
    ];
    expect(page(measured(odd))).not.toMatch(/NaN|Infinity|undefined|null/);
  });

  it('shows each ratio with its interval, and a single round without', () => {
    expect(page()).toContain('<b>0.35</b> <small>0.35</small>');
    expect(page(measured([figure('once', { direct: [4], tls: [1] })]))).toContain('<b>0.25</b> <small></small>');
  });

  it('leaves percentiles out of the rounds where their figure is shown', () => {
    const rounds = page().slice(page().indexOf('id="rounds"'), page().indexOf('id="figures"'));
    expect(rounds).toContain('<code>http.c64</code>');
    expect(rounds).not.toContain('<code>http.c64.p99</code>');
  });
});
