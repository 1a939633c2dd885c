import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalHost } from './host.ts';
import { generatedName, isExposureName, NAME_RANDOM_BYTES } from './names.ts';

test.each(['a', '7', 'my-app', 'a--b', 'constructor', 'a'.repeat(63)])('%j is a name', (text) =>
  expect(isExposureName(text)).toBe(true),
);

test.each([
  '',
  '-a',
  'a-',
  'A',
  'a.b',
  'a_b',
  'a b',
  'ä',
  'xn--bcher-kva',
  'ab--c',
  '__proto__',
  'a\n',
  'a'.repeat(64),
])('%j is not a name', (text) => expect(isExposureName(text)).toBe(false));

test('every generated name is a name, readable and the same for the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: NAME_RANDOM_BYTES, maxLength: NAME_RANDOM_BYTES }), (bytes) => {
      const name = generatedName(Buffer.from(bytes));
      expect(isExposureName(name)).toBe(true);
      expect(canonicalHost(name)).toBe(name);
      expect(name).toMatch(/^[a-z]+-[a-z]+-[0-9a-z]{4}$/);
      expect(generatedName(Buffer.from(bytes))).toBe(name);
    }),
  );
});

test('different bytes give different names', () => {
  const names = new Set<string>();
  for (let i = 0; i < 64; i++) for (let j = 0; j < 64; j++) names.add(generatedName(Buffer.from([i, j, 0, 0, 0, 0])));
  for (let i = 1; i < 32; i++) names.add(generatedName(Buffer.from([0, 0, i, 0, 0, i])));
  expect(names.size).toBe(64 * 64 + 31);
});

test('too few random bytes are a mistake of the caller', () => {
  expect(() => generatedName(Buffer.alloc(NAME_RANDOM_BYTES - 1))).toThrow(RangeError);
});
