// Authorities of any kind at the one function that makes hosts of them: nothing is thrown, and whatever is taken has one form, in which
// nothing can stand that is no host.
import fc from 'fast-check';
import { expect } from 'vitest';
import { fuzzes } from '../fuzz.testkit.ts';
import { canonicalHost } from './host.ts';
import { HostTable } from './host-table.ts';

const PIECES = [
  'a',
  'Z',
  '0',
  '9',
  'xn--',
  'bücher',
  'ß',
  '例え',
  '。',
  '.',
  '..',
  '-',
  '_',
  ':',
  ':80',
  ':65536',
  '[',
  ']',
  '::1',
  '::ffff:',
];
const BYTES = [
  '%',
  '%00',
  '\0',
  '\r\n',
  ' ',
  '\t',
  '@',
  '/',
  '\\',
  '?',
  '#',
  ',',
  '"',
  '0x7f',
  '127',
  '1e3',
  '\u200d',
  '\ufeff',
  '\ud800',
  '＠',
];
const KEYS = [
  '127.0.0.1',
  '[::1]',
  '[2001:DB8::00A]',
  '__proto__',
  'constructor',
  'localhost',
  'x'.repeat(64),
  'LOCALHOST',
];
const text = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(fc.constantFrom(...PIECES, ...KEYS), { maxLength: 8 }).map((some) => some.join('')),
  },
  {
    weight: 2,
    arbitrary: fc.array(fc.constantFrom(...PIECES, ...BYTES), { maxLength: 8 }).map((some) => some.join('')),
  },
  fc.string({ unit: 'binary', maxLength: 300 }),
);

fuzzes('the fuzzer of hosts finds none that throws, has two forms, or is more than a host', {
  of: ['router/host.ts', 'router/host-table.ts'],
  input: text,
  runs: 3_000,
  outcomes: ['name', 'address', 'refused'],
  look(authority) {
    const host = canonicalHost(authority);
    if (host === undefined) return 'refused';
    expect(host).toMatch(/^(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:]+\])$/);
    expect(host.length).toBeLessThanOrEqual(253);
    const table = new HostTable<string>();
    table.set(authority, authority);
    for (const spelling of [host, host.toUpperCase(), `${host}:443`, ...(host.startsWith('[') ? [] : [`${host}.`])]) {
      const again = canonicalHost(spelling);
      expect([spelling, again]).toEqual([spelling, host]);
      expect(table.get(again!)).toBe(authority);
    }
    return /^\[|^[0-9.]+$/.test(host) ? 'address' : 'name';
  },
});
