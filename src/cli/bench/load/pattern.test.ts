import { describe, expect, it } from 'vitest';
import { BULK_BYTES, check, PIECE_BYTES, piece } from './pattern.ts';

describe('the pattern of bulk bodies', () => {
  it('is the same from wherever it is read', () => {
    const whole = Buffer.concat(Array.from({ length: 4 }, (_, index) => piece(index * PIECE_BYTES, PIECE_BYTES)));
    for (const at of [0, 1, 262_138, 262_139, 262_140, 524_278, 600_001]) {
      expect(() => check(whole, at, whole.length, at)).not.toThrow();
      expect(piece(at, 1_000).equals(whole.subarray(at, at + 1_000))).toBe(true);
    }
  });

  it.each([0, 1, 65_535, PIECE_BYTES - 1])('says which byte is wrong: %i', (wrong) => {
    const bytes = Buffer.from(piece(BULK_BYTES - PIECE_BYTES, PIECE_BYTES));
    bytes[wrong]! ^= 1;
    expect(() => check(bytes, 0, bytes.length, BULK_BYTES - PIECE_BYTES)).toThrow(
      `byte ${BULK_BYTES - PIECE_BYTES + wrong} of a body`,
    );
  });

  it('tells bytes that moved by any power of two from those that did not', () => {
    for (let moved = 1; moved < BULK_BYTES; moved *= 2)
      expect(() => check(piece(0, 4_096), 0, 4_096, moved)).toThrow(/not the one that was sent/);
  });
});
