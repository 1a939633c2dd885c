import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from './error.ts';
import { textOf } from './samples.testkit.ts';
import { choice, fixedBytes, flag, remark, remarkThatFits, type TlvValue, text, textList, uint } from './tlv-value.ts';

function outcome(value: TlvValue<unknown>, bytes: readonly number[]): unknown {
  const from = Buffer.from([9, ...bytes, 9]);
  try {
    return value.read(from, 1, bytes.length);
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
}

function written<T>(value: TlvValue<T>, member: T): number[] | 'unsayable' {
  const size = value.size(member);
  if (size < 0) return 'unsayable';
  const into = Buffer.alloc(size + 1, 0xa5);
  value.write(member, into, 0);
  expect(into[size]).toBe(0xa5);
  return [...into.subarray(0, size)];
}

const utf8 = (letters: string) => [...Buffer.from(letters)];

describe('reading', () => {
  it.each([
    ['a u8 at its least', uint(1, 2, 9), [2], 2],
    ['a u8 at its most', uint(1, 2, 9), [9], 9],
    ['a u8 below', uint(1, 2, 9), [1], 'value'],
    ['a u8 above', uint(1, 2, 9), [10], 'value'],
    ['a u8 of no bytes', uint(1, 2, 9), [], 'tlv'],
    ['a u16 of one byte', uint(2, 0, 65_535), [1], 'tlv'],
    ['a u32 with all bits', uint(4, 0, 0xffff_ffff), [255, 255, 255, 255], 0xffff_ffff],
    ['a u32 of five bytes', uint(4, 0, 0xffff_ffff), [0, 0, 0, 0, 1], 'tlv'],
    ['a flag that is set', flag, [1], true],
    ['a flag of two', flag, [2], 'value'],
    ['a flag of two bytes', flag, [0, 1], 'tlv'],
    ['bytes', fixedBytes(2), [7, 8], Buffer.from([7, 8])],
    ['a byte too few', fixedBytes(2), [7], 'tlv'],
    ['a byte too many', fixedBytes(2), [7, 8, 9], 'tlv'],
    ['a word', choice({ http: 1, tcp: 2 }), [2], 'tcp'],
    ['a word nobody knows', choice({ http: 1, tcp: 2 }), [3], 'value'],
    ['two words', choice({ http: 1, tcp: 2 }), [1, 1], 'tlv'],
    ['an empty text', text(3), [], ''],
    ['a text of as many bytes as may be', text(3), utf8('aé'), 'aé'],
    ['a text of more bytes', text(2), utf8('aé'), 'value'],
    ['a text with a byte order mark', text(9), utf8('\ufeffa'), '\ufeffa'],
    ['half a character', text(9), [0xc3], 'value'],
    ['an overlong slash', text(9), [0xc0, 0xaf], 'value'],
    ['a surrogate', text(9), [0xed, 0xa0, 0x80], 'value'],
    ['a line feed in a text', text(9), utf8('a\nb'), 'value'],
    ['an escape that terminals obey', text(9), utf8('\u001b[2J'), 'value'],
    ['a C1 control', text(9), utf8('\u009b2J'), 'value'],
    ['a NUL in a remark', remark(9), [0], 'value'],
    ['a remark that is too long', remark(2), utf8('abc'), 'value'],
    ['no texts', textList(2), [], []],
    ['two texts', textList(2), [1, 0x61, 2, 0x62, 0x63], ['a', 'bc']],
    ['three texts where two may be', textList(2), [1, 0x61, 1, 0x62, 1, 0x63], 'value'],
    ['an empty text in a list', textList(2), [0], 'tlv'],
    ['a list that ends within a text', textList(2), [2, 0x61], 'tlv'],
    ['a list that ends behind a length', textList(2), [1], 'tlv'],
    ['a control character in a list', textList(2), [1, 0x07], 'value'],
  ] as [string, TlvValue<unknown>, number[], unknown][])('%s', (_what, value, bytes, expected) => {
    expect(outcome(value, bytes)).toEqual(expected);
  });
});

describe('what the wire cannot say', () => {
  it.each([
    ['a number below its range', () => written(uint(1, 2, 9), 1)],
    ['a number above its range', () => written(uint(2, 0, 65_535), 65_536)],
    ['a fraction', () => written(uint(4, 0, 100), 1.5)],
    ['not a number', () => written(uint(4, 0, 100), Number.NaN)],
    ['bytes that are too few', () => written(fixedBytes(32), Buffer.alloc(31))],
    ['a word nobody knows', () => written<string>(choice({ http: 1, tcp: 2 }), 'udp')],
    ['a text that is too long in bytes', () => written(text(2), 'aé')],
    ['a text of two lines', () => written(text(9), 'a\nb')],
    ['half a surrogate pair', () => written(text(9), '\ud83d')],
    ['a list of too many', () => written(textList(1), ['a', 'b'])],
    ['a list with an empty text', () => written(textList(9), [''])],
    ['a list with a text of 256 bytes', () => written(textList(9), ['a'.repeat(256)])],
  ])('is %s', (_what, write) => {
    expect(write()).toBe('unsayable');
  });
});

describe('a remark', () => {
  it('loses its line breaks and controls, each to a space', () => {
    expect(written(remark(99), 'a\r\nb\u001b[1m')).toEqual(utf8('a  b [1m'));
  });

  it('is cut between characters', () => {
    expect(remarkThatFits('ab😀', 5)).toBe('ab');
    expect(remarkThatFits('ab😀', 6)).toBe('ab😀');
    expect(remarkThatFits('aé', 2)).toBe('a');
  });

  it('always fits, always can be read, and is left alone when it fitted before', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), textOf(200)),
        fc.integer({ min: 0, max: 40 }),
        (seen, most) => {
          const bytes = written(remark(most), seen) as number[];
          const said = outcome(remark(most), bytes) as string;
          expect(Buffer.byteLength(said)).toBeLessThanOrEqual(most);
          expect(written(remark(most), said)).toEqual(bytes);
          if (written(text(most), seen) !== 'unsayable') expect(said).toBe(seen);
        },
      ),
    );
  });
});

describe('what was read', () => {
  it('does not change with the arena it was read from', () => {
    const arena = Buffer.from([1, 2, 3]);
    const bytes = fixedBytes(3).read(arena, 0, 3);
    arena.fill(0);
    expect([...bytes]).toEqual([1, 2, 3]);
  });
});
