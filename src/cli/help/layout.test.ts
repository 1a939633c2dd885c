import { describe, expect, it } from 'vitest';
import { explanationsAt, helpWidth, paragraphs, section, type Term, termList, wrap } from './layout.ts';

const TERMS: readonly Term[] = [
  ['--name N', 'the name it has'],
  ['--a-very-long-option-name VALUE', 'too long to stand beside'],
];

describe('the layout', () => {
  it('breaks between words, with an indent, and leaves a word whole', () => {
    expect(wrap('one two three', 7)).toBe('one two\nthree');
    expect(wrap('one\n two', 20, 2)).toBe('  one two');
    expect(wrap('unbreakable a', 4)).toBe('unbreakable\na');
    expect(wrap('', 10)).toBe('');
  });

  it('keeps paragraphs apart', () => {
    expect(paragraphs('a\nb\n\nc', 10)).toBe('a b\n\nc');
  });

  it('puts a term beside its explanation, or above it where it is long', () => {
    expect(termList(TERMS, 60)).toBe(
      '  --name N  the name it has\n  --a-very-long-option-name VALUE\n            too long to stand beside',
    );
  });

  it('puts every term above its explanation on a narrow terminal', () => {
    expect(termList(TERMS.slice(0, 1), 30)).toBe('  --name N\n      the name it has');
    expect(termList([['5', 'gateway unreachable']], 30)).toBe('  5  gateway unreachable');
  });

  it('lets several lists stand in line', () => {
    const at = explanationsAt([...TERMS, ['--gateway LINK', '']]);
    expect(termList(TERMS.slice(0, 1), 80, at)).toBe('  --name N        the name it has');
  });

  it('has no heading over nothing', () => {
    expect(section('Options', '')).toEqual([]);
    expect(section('Options', 'x')).toEqual(['Options:\nx']);
  });

  it('is bounded however wide the terminal says it is, and usual where it says 0', () => {
    expect([undefined, 300, 40, 3, 0].map(helpWidth)).toEqual([80, 80, 40, 20, 80]);
  });
});
