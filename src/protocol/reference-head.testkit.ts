/** The oracle's part for heads and fields: read off arrays of numbers, with regular expressions for the texts. */
import { FIELDS_MAX } from './codec.testkit.ts';

export const BAD = Symbol('not legal');

export function must(condition: boolean): void {
  if (!condition) throw BAD;
}

export const big = (bytes: readonly number[]) => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
const letters = (bytes: readonly number[]) => bytes.map((byte) => String.fromCharCode(byte)).join('');

/** Takes bytes from the front. */
export class Cursor {
  readonly rest: number[];
  constructor(bytes: readonly number[]) {
    this.rest = [...bytes];
  }
  take(count: number): number[] {
    must(count <= this.rest.length);
    return this.rest.splice(0, count);
  }
  number(width: number): number {
    return big(this.take(width));
  }
}

/** Reads the count and the lengths; what it answers reads the texts, once those before them are taken. */
export function fields(cursor: Cursor): () => string[] {
  const count = cursor.number(2);
  must(count <= FIELDS_MAX);
  const lengths = Array.from({ length: 2 * count }, () => cursor.number(2));
  return () => {
    const texts = lengths.map((length) => letters(cursor.take(length)));
    must(cursor.rest.length === 0);
    for (const [i, text] of texts.entries()) must((i % 2 === 0 ? TOKEN : LINE).test(text));
    return texts;
  };
}

function declaredLength(cursor: Cursor): number {
  const bytes = cursor.take(8);
  const exact = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  must(exact < 2n ** 53n);
  return Number(exact);
}

const BODY = ['none', 'length', 'chunked', 'close', 'upgrade'];
const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/;
const LINE = /^[^\0\r\n]*$/;
const WORD = /^[^\0-\x20\x7f]*$/;
const PROTOCOL = /^[!#$%&'*+\-.^_`|~\w/]*$/;

function request(cursor: Cursor): unknown {
  const body = BODY[cursor.number(1)];
  const flags = cursor.number(1);
  must(body !== undefined && body !== 'close' && flags < 8);
  const sizes = [cursor.number(1), cursor.number(1), cursor.number(2), cursor.number(2)];
  const length = flags >= 4 ? declaredLength(cursor) : -1;
  const texts = fields(cursor);
  const [method, upgrade, authority, path] = sizes.map((size) => letters(cursor.take(size))) as [
    string,
    string,
    string,
    string,
  ];
  must(TOKEN.test(method) && PROTOCOL.test(upgrade) && WORD.test(authority) && WORD.test(path) && path !== '');
  must((body === 'length') === length >= 0 && (body === 'upgrade') === (upgrade !== ''));
  return {
    ...{ kind: 'request', method, authority, path, body, length, fields: texts() },
    scheme: flags % 2 === 1 ? 'https' : 'http',
    acceptsTrailers: Math.floor(flags / 2) % 2 === 1,
    upgrade: upgrade === '' ? undefined : upgrade,
  };
}

export function response(bytes: number[]): unknown {
  const cursor = new Cursor(bytes);
  const body = BODY[cursor.number(1)];
  const flags = cursor.number(1);
  const status = cursor.number(2);
  const size = cursor.number(1);
  must(body !== undefined && (flags === 0 || flags === 4) && status >= 100 && status <= 999);
  const length = flags === 4 ? declaredLength(cursor) : -1;
  const texts = fields(cursor);
  const upgrade = letters(cursor.take(size));
  must(PROTOCOL.test(upgrade) && (status === 101) === (body === 'upgrade') && (upgrade === '' || body === 'upgrade'));
  must(status >= 200 || status === 101 || body === 'none');
  if (body === 'length') must(length >= 0);
  else if (body !== 'none') must(length === -1);
  return {
    kind: 'response',
    status,
    fields: texts(),
    body,
    length,
    upgrade: upgrade === '' ? undefined : upgrade,
  };
}

export function open(bytes: number[]): unknown {
  const cursor = new Cursor(bytes);
  const kind = ([undefined, 'http', 'tcp', 'udp'] as const)[cursor.number(1)];
  const exposure = cursor.number(4);
  const visitor = letters(cursor.take(cursor.number(1)));
  must(kind !== undefined && WORD.test(visitor));
  if (kind === 'http') return { kind, exposure, visitor, request: request(cursor) };
  must(cursor.rest.length === 0);
  return { kind, exposure, visitor };
}
