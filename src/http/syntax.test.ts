import { expect, test } from 'vitest';
import { CLASS, TARGET, TARGET_FORM, TEXT, TEXT_FORM, TOKEN, TOKEN_FORM } from './syntax.ts';

test.each([
  ['token', TOKEN, TOKEN_FORM],
  ['text', TEXT, TEXT_FORM],
  ['target', TARGET, TARGET_FORM],
])('the class %s is the same for bytes and for strings', (_name, bit, form) => {
  for (let code = 0; code < 256; code++) {
    expect([code, form.test(String.fromCharCode(code))]).toEqual([code, ((CLASS[code] as number) & bit) !== 0]);
  }
  expect(form.test('\u010a')).toBe(false);
  expect(form.test('a\n')).toBe(false);
});
