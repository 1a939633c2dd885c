import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalHost } from './host.ts';

describe('a host in any spelling has one canonical form', () => {
  test.each([
    ['example.com', 'example.com'],
    ['EXAMPLE.com', 'example.com'],
    ['example.com.', 'example.com'],
    ['example.com:443', 'example.com'],
    ['example.com:', 'example.com'],
    ['eXample.COM.:65535', 'example.com'],
    ['my_service', 'my_service'],
    ['Bücher.example:80', 'xn--bcher-kva.example'],
    ['XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
    ['a。b', 'a.b'],
    ['例え。', 'xn--r8jz45g'],
    ['127.0.0.1:8080', '127.0.0.1'],
    ['127.0.0.1.', '127.0.0.1'],
    ['[::1]:80', '[::1]'],
    ['[0:0:0:0:0:0:0:1]', '[::1]'],
    ['[2001:DB8::00A]', '[2001:db8::a]'],
    ['[::ffff:1.2.3.4]', '[::ffff:102:304]'],
    [`${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
  ])('%s is %s', (text, canonical) => expect(canonicalHost(text)).toBe(canonical));
});

describe('what is no host has no canonical form', () => {
  test.each([
    [''],
    ['.'],
    [':80'],
    ['example.com..'],
    ['a..b'],
    ['.example.com'],
    ['a b'],
    ['a,b'],
    ['a/b'],
    ['u@a'],
    ['a\\b'],
    ['a%2eb'],
    ['é%2e'],
    ['a:99999'],
    ['a:65536'],
    ['a:1.2'],
    ['a:-1'],
    ['a:80:80'],
    ['[::1'],
    ['::1'],
    ['[::1]x'],
    ['[::1]:x'],
    ['[1:2]'],
    ['[fe80::1%eth0]'],
    ['[v1.a]'],
    ['127.1'],
    ['0x7f.1'],
    ['0177.0.0.1'],
    ['2130706433'],
    ['256.0.0.1'],
    ['1.2.3.4.5'],
    ['-a.example'],
    ['a-.example'],
    [`${'a'.repeat(64)}.example`],
    [`${'a.'.repeat(126)}ab`],
    ['a\tb'],
    ['a\nb'],
    ['a\0b'],
    ['a\u2044b\uFF0F'],
    ['\ud800'],
    ['*.example.com'],
  ])('%j is refused', (text) => expect(canonicalHost(text)).toBeUndefined());
});

test('the canonical form is a fixed point, is ASCII and lower-case', () => {
  const pieces = fc.constantFrom(
    'a',
    'Z',
    '0',
    '9',
    '-',
    '_',
    '.',
    ':',
    '[',
    ']',
    'ü',
    'ß',
    '。',
    '％',
    '\u00ad',
    'xn--',
    'İ',
    ',',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(pieces, { maxLength: 12 }).map((list) => list.join('')),
        fc.domain(),
        fc.string(),
      ),
      (text) => {
        const canonical = canonicalHost(text);
        if (canonical === undefined) return;
        expect(canonicalHost(canonical)).toBe(canonical);
        expect(canonical).toMatch(/^[a-z0-9._:[\]-]+$/);
      },
    ),
    { numRuns: 5_000 },
  );
});

test('case, port and a trailing dot never change the canonical form', () => {
  fc.assert(
    fc.property(
      fc.domain(),
      fc.infiniteStream(fc.boolean()),
      fc.option(fc.nat(65_535)),
      fc.boolean(),
      (name, upper, port, dot) => {
        const spelled = [...name].map((char) => (upper.next().value ? char.toUpperCase() : char)).join('');
        const text = `${spelled}${dot ? '.' : ''}${port === null ? '' : `:${port}`}`;
        expect(canonicalHost(text)).toBe(canonicalHost(name));
      },
    ),
    { numRuns: 2_000 },
  );
});
