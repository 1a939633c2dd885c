/** TRAILERS: fields and nothing else. */
import type { Fields } from '../contract/message.ts';
import { decodeFields, encodeFields, textsAt } from './fields.ts';

/** Bytes written, or -1 if they do not fit. */
export function encodeTrailers(fields: Fields, into: Buffer, at: number, max: number): number {
  return encodeFields('', fields, into, at, max);
}

/** Throws ProtocolError `head`; also for more than `fieldCountMax` fields. */
export function decodeTrailers(from: Buffer, at: number, length: number, fieldCountMax: number): Fields {
  const texts = textsAt(from, at, at + length, fieldCountMax);
  return decodeFields(from, at, texts, from.toString('latin1', texts, at + length), 0);
}
