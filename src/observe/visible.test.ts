import { expect, it } from 'vitest';
import { visible } from './visible.ts';

it('leaves what people write alone: letters of every script, and emoji', () => {
  for (const text of ['/a?b=c', 'café', '日本語', 'نص', '👩‍👩‍👧 ❤️ 🇩🇪']) expect(visible(text)).toBe(text);
});

it('shows what would drive a terminal, line feeds too, as its number', () => {
  expect(visible('\u001b[2J\u009b2J\u0007\r\n\u0000')).toBe('\\u001b[2J\\u009b2J\\u0007\\u000d\\u000a\\u0000');
});

it('shows what changes the direction or hides', () => {
  expect(visible('a\u202eb\u2066c\u200bd\ufeffe\u{e0041}f')).toBe('a\\u202eb\\u2066c\\u200bd\\ufeffe\\u{e0041}f');
});

it('shows halves of characters', () => {
  expect(visible('x\ud800y')).toBe('x\\ud800y');
});
