/**
 * The kinds of values a TLV can hold, each with its bounds in the open (`spec`), so that `spec.md` can be held against them.
 * Everything read is copied out: the bytes belong to an arena that is used again at once.
 */
import { ProtocolError } from './error.ts';

export interface TlvValue<T> {
  /** As `spec.md` writes it: `u32 1..65536`, `bytes 32`, `text ≤ 64`. */
  readonly spec: string;
  /** Bytes that `write` will fill; -1 if the wire cannot say this value. */
  size(value: T): number;
  write(value: T, into: Buffer, at: number): void;
  /** Throws ProtocolError: `tlv` for a wrong length, `value` for a value out of range. */
  read(from: Buffer, at: number, length: number): T;
}

function expectLength(length: number, expected: number): void {
  if (length !== expected) throw new ProtocolError('tlv', `a value of ${length} bytes where ${expected} are due`);
}

/** A big-endian unsigned integer of 1, 2 or 4 bytes, within `least..most`. */
export function uint(bytes: 1 | 2 | 4, least: number, most: number): TlvValue<number> {
  const inRange = (value: number) => Number.isInteger(value) && value >= least && value <= most;
  return {
    spec: `u${bytes * 8} ${least}..${most}`,
    size: (value) => (inRange(value) ? bytes : -1),
    write: (value, into, at) => void into.writeUIntBE(value, at, bytes),
    read(from, at, length) {
      expectLength(length, bytes);
      const value = from.readUIntBE(at, bytes);
      if (!inRange(value)) throw new ProtocolError('value', `${value} is not within ${least}..${most}`);
      return value;
    },
  };
}

export const flag: TlvValue<boolean> = {
  spec: 'flag',
  size: () => 1,
  write(value, into, at) {
    into[at] = value ? 1 : 0;
  },
  read(from, at, length) {
    expectLength(length, 1);
    if (from[at]! > 1) throw new ProtocolError('value', 'a flag that is neither 0 nor 1');
    return from[at] === 1;
  },
};

export function fixedBytes(count: number): TlvValue<Buffer> {
  return {
    spec: `bytes ${count}`,
    size: (value) => (value.length === count ? count : -1),
    write: (value, into, at) => void value.copy(into, at),
    read(from, at, length) {
      expectLength(length, count);
      return Buffer.from(from.subarray(at, at + count));
    },
  };
}

/** One of a few words, sent as a number. */
export function choice<T extends string>(numbers: Readonly<Record<T, number>>): TlvValue<T> {
  const words = Object.keys(numbers) as T[];
  return {
    spec: `choice ${words.map((word) => `${numbers[word]} ${word}`).join(', ')}`,
    size: (value) => (Object.hasOwn(numbers, value) ? 1 : -1),
    write(value, into, at) {
      into[at] = numbers[value];
    },
    read(from, at, length) {
      expectLength(length, 1);
      const word = words.find((each) => numbers[each] === from[at]);
      if (word === undefined) throw new ProtocolError('value', `the choice ${from[at]} is not known`);
      return word;
    },
  };
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
// Peers' texts end up on terminals and in logs, where control characters are commands.
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

function readText(from: Buffer, at: number, length: number, most: number): string {
  if (length > most) throw new ProtocolError('value', `a text of more than ${most} bytes`);
  let value: string;
  try {
    value = UTF8.decode(from.subarray(at, at + length));
  } catch {
    throw new ProtocolError('value', 'a text that is not UTF-8');
  }
  if (CONTROL.test(value)) throw new ProtocolError('value', 'a text with control characters');
  return value;
}

/** UTF-8 of at most `most` bytes, without control characters. */
export function text(most: number): TlvValue<string> {
  return {
    spec: `text ≤ ${most}`,
    size(value) {
      const bytes = Buffer.byteLength(value);
      return bytes > most || CONTROL.test(value) || !value.isWellFormed() ? -1 : bytes;
    },
    write: (value, into, at) => void into.write(value, at),
    read: (from, at, length) => readText(from, at, length, most),
  };
}

/** What a `remark` becomes on its way: one line, cut to `most` bytes of UTF-8. */
export function remarkThatFits(value: string, most: number): string {
  const line = value.toWellFormed().replaceAll(new RegExp(CONTROL, 'g'), ' ');
  if (Buffer.byteLength(line) <= most) return line;
  // A character cut in half decodes to one U+FFFD at the end, which is longer than the half: it goes.
  const cut = Buffer.from(line).toString('utf8', 0, most);
  return cut.endsWith('\ufffd') ? cut.slice(0, -1) : cut;
}

/** A text for people only (what was seen, what software): made to fit rather than refused. */
export function remark(most: number): TlvValue<string> {
  return {
    spec: `remark ≤ ${most}`,
    size: (value) => Buffer.byteLength(remarkThatFits(value, most)),
    write: (value, into, at) => void into.write(remarkThatFits(value, most), at),
    read: (from, at, length) => readText(from, at, length, most),
  };
}

/** Texts of 1 to 255 bytes, each behind its length (u8). */
export function textList(mostTexts: number): TlvValue<readonly string[]> {
  const each = text(255);
  return {
    spec: `texts ≤ ${mostTexts}`,
    size(values) {
      const sizes = values.map((value) => each.size(value));
      if (values.length > mostTexts || sizes.some((size) => size < 1)) return -1;
      return sizes.reduce((sum, size) => sum + 1 + size, 0);
    },
    write(values, into, at) {
      let to = at;
      for (const value of values) {
        const bytes = into.write(value, to + 1);
        into[to] = bytes;
        to += 1 + bytes;
      }
    },
    read(from, at, length) {
      const values: string[] = [];
      for (let next = at; next < at + length; ) {
        const bytes = from[next]!;
        if (bytes === 0 || bytes >= at + length - next) throw new ProtocolError('tlv', 'a list that is cut');
        if (values.length === mostTexts) throw new ProtocolError('value', `a list of more than ${mostTexts}`);
        values.push(each.read(from, next + 1, bytes));
        next += 1 + bytes;
      }
      return values;
    },
  };
}
