import { describe, expect, it } from 'vitest';
import { cutLine, cutText, painter, rowsOf, span, widthOf } from './line.ts';

describe('a line', () => {
  it('is as wide as terminals show it', () => {
    expect(['abc', '日本', '👩‍👩‍👧', 'e\u0301', '→ ● …'].map((text) => widthOf([span(text)]))).toEqual([3, 4, 2, 1, 5]);
  });

  it('is cut between characters, with an ellipsis within the width', () => {
    expect(cutText('abcdef', 6)).toBe('abcdef');
    expect(cutText('abcdef', 5)).toBe('abcd…');
    expect(cutText('日本語', 4)).toBe('日…');
    expect(cutText('abc', 1)).toBe('…');
    expect(cutText('abc', 0)).toBe('');
  });

  it('is bounded in length too: marks upon marks have no width', () => {
    expect(cutText(`a${'\u0301'.repeat(10_000)}`, 20).length).toBeLessThanOrEqual(161);
  });

  it('keeps the styles of what is left when it is cut', () => {
    const line = [span('abc', 'bold'), span('def'), span('ghi', 'dim')];
    expect(cutLine(line, 9)).toBe(line);
    expect(cutLine(line, 8)).toEqual([span('abc', 'bold'), span('def'), span('g…', 'dim')]);
    expect(cutLine(line, 6)).toEqual([span('abc', 'bold'), span('de…')]);
  });

  it('takes rows by its width, one at least', () => {
    expect([0, 1, 40, 41, 80, 81].map((width) => rowsOf(width, 40))).toEqual([1, 1, 1, 2, 2, 3]);
  });

  it('is painted with as many colours as there are', () => {
    const line = [span('a', 'red'), span('b')];
    expect(painter(0)(line)).toBe('ab');
    expect(painter(1)(line)).toBe('\u001b[31ma\u001b[39mb');
    expect(painter(1)([span('x', 'paper')])).toBe('\u001b[30m\u001b[107mx\u001b[49m\u001b[39m');
    expect(painter(2)([span('x', 'paper')])).toContain('48;5;231');
  });
});
