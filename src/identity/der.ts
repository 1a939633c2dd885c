/**
 * Values as DER (ITU-T X.690), as far as certificates need it. Writes; of what it reads it knows only where each value ends.
 * Refuses to know what the values mean.
 */

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;
/** Of values that have their meaning from where they stand: `[n]`, and with values inside. */
const CONTEXT = 0x80;
const CONSTRUCTED = 0x20;
/** From here on a length says first how many bytes it has. */
const LONG_LENGTH = 0x80;
/** Years from here on have four digits (RFC 5280 §4.1.2.5). */
const FOUR_DIGITS_FROM = 2050;

function value(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
}

function lengthOf(length: number): readonly number[] {
  if (length < LONG_LENGTH) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return [LONG_LENGTH | bytes.length, ...bytes];
}

export const sequence = (...values: readonly Buffer[]) => value(TAG.sequence, ...values);
export const setOf = (only: Buffer) => value(TAG.set, only);
export const octets = (bytes: Buffer) => value(TAG.octets, bytes);
export const utf8 = (text: string) => value(TAG.utf8, Buffer.from(text, 'utf8'));
export const yes = () => value(TAG.boolean, Buffer.from([0xff]));
/** Positive, in the fewest bytes, the first below 0x80. */
export const integer = (bytes: Buffer) => value(TAG.integer, bytes);
/** `unused`: bits at the end that do not count. */
export const bits = (bytes: Buffer, unused = 0) => value(TAG.bits, Buffer.from([unused]), bytes);
export const context = (number: number, bytes: Buffer) => value(CONTEXT | number, bytes);
export const within = (number: number, inner: Buffer) => value(CONTEXT | CONSTRUCTED | number, inner);

/** `text`: numbers with dots. */
export function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const sevens = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) sevens.unshift(0x80 | (left & 0x7f));
    return sevens;
  });
  return value(TAG.oid, Buffer.from(bytes));
}

/** Wall-clock milliseconds, to the second. */
export function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '');
  const isLate = new Date(at).getUTCFullYear() >= FOUR_DIGITS_FROM;
  return value(isLate ? TAG.generalizedTime : TAG.utcTime, Buffer.from(isLate ? digits : digits.slice(2)));
}

/** The values that the value at the beginning of `der` consists of, each whole. For what OpenSSL has read before: nothing is checked. */
export function partsOf(der: Buffer): readonly Buffer[] {
  const parts: Buffer[] = [];
  const { from, to } = contentOf(der);
  for (let at = from; at < to; ) {
    const part = der.subarray(at);
    parts.push(part.subarray(0, contentOf(part).to));
    at += contentOf(part).to;
  }
  return parts;
}

function contentOf(der: Buffer): { readonly from: number; readonly to: number } {
  const first = der[1] ?? 0;
  if (first < LONG_LENGTH) return { from: 2, to: 2 + first };
  const bytes = first & 0x7f;
  return { from: 2 + bytes, to: 2 + bytes + der.readUIntBE(2, bytes) };
}
