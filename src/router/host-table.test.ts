import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalHost } from './host.ts';
import { HostTable } from './host-table.ts';

test('a host is found however it was spelled when it was set', () => {
  const table = new HostTable<number>();
  expect(table.set('WWW.Example.com.:443', 1)).toBe(true);
  expect(table.get('www.example.com')).toBe(1);
  expect(table.size).toBe(1);
  expect(table.delete('www.EXAMPLE.com:80')).toBe(true);
  expect(table.get('www.example.com')).toBeUndefined();
});

test('what is no host is not set', () => {
  const table = new HostTable<number>();
  expect(table.set('a,b', 1)).toBe(false);
  expect(table.delete('a,b')).toBe(false);
  expect([...table.entries()]).toEqual([]);
});

test('names of object properties are found only when they were set', () => {
  const table = new HostTable<number>();
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
    expect(table.get(name)).toBeUndefined();
  table.set('constructor', 7);
  expect(table.get('constructor')).toBe(7);
});

test('lookup gives what a search through all routes gives', () => {
  const label = fc.stringMatching(/^[a-c]{1,2}$/);
  const host = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));
  fc.assert(
    fc.property(
      fc.array(host, { maxLength: 200 }),
      host,
      fc.boolean(),
      fc.option(fc.nat(65_535)),
      (routes, asked, upper, port) => {
        const table = new HostTable<number>();
        for (const [i, route] of routes.entries()) table.set(route, i);
        const spelled = `${upper ? asked.toUpperCase() : asked}${port === null ? '' : `.:${port}`}`;
        const found = table.get(canonicalHost(spelled) as string);
        const last = routes.lastIndexOf(asked);
        expect(found).toBe(last < 0 ? undefined : last);
      },
    ),
    { numRuns: 1_000 },
  );
});

/** Characters that UTS 46 makes one with others, among plain ones. */
const LETTERS = ['a', 'b', 'A', 'B', '1', '-', 'ü', 'Ü', 'ß', 'ａ', 'Ｂ', 'ｫ', 'ﬁ', 'İ', '☃', '例', 'б'];
const DOTS = ['.', '.', '.', '。', '．', '｡'];

const spelling = fc
  .tuple(
    fc.array(fc.array(fc.constantFrom(...LETTERS), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
    fc.constantFrom(...DOTS),
    fc.constantFrom('', '.', ':80', '.:443', ':'),
  )
  .map(([labels, dot, end]) => labels.map((label) => label.join('')).join(dot) + end);

/** The name in A-labels as Node's own converter has it, found without the code that is judged. */
function reference(text: string): string {
  return domainToASCII(text.replace(/:\d*$/, '')).replace(/\.$/, '');
}

test.each([1, 10, 100, 1_000, 5_000])(
  'among %d routes every spelling of a name, IDN too, finds what a search through all of them finds (X24)',
  (count) => {
    // 100,000 lookups in all.
    const asked = fc.sample(spelling, { numRuns: 20_000, seed: count });
    const table = new HostTable<number>();
    const routes: string[] = [];
    for (const route of asked.slice(0, count)) {
      const set = table.set(route, routes.length);
      routes.push(set ? reference(route) : '');
    }
    let found = 0;
    for (const text of asked.toReversed()) {
      const host = canonicalHost(text);
      if (host === undefined) continue;
      const last = routes.lastIndexOf(reference(text));
      const got = table.get(host);
      if (got !== (last < 0 ? undefined : last)) expect([text, got]).toEqual([text, last < 0 ? undefined : last]);
      if (got !== undefined) found += 1;
      if (canonicalHost(host) !== host) expect(text).toBe('a fixed point');
    }
    expect(found).toBeGreaterThanOrEqual(Math.min(count, 1));
  },
);
