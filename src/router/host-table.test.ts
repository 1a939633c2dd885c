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
