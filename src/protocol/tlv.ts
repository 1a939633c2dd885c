/**
 * TLV payloads of control frames: tag u8 · length u16 · value, in any order. Each frame is a table of rows, one a member;
 * this file turns a table into bytes and back. Unknown tags are passed over, so that a newer peer may say more.
 * Control frames are rare: here clarity goes before speed.
 */
import { ProtocolError } from './error.ts';
import type { TlvValue } from './tlv-value.ts';

/** Tag and length. */
export const TLV_HEADER_BYTES = 3;

export interface TlvRow<T> {
  /** 1..255, unique in its table, never given another meaning. */
  readonly tag: number;
  readonly value: TlvValue<T>;
  /** What the member is when its tag is absent; a row without it is mandatory. */
  readonly absent?: { readonly is: T | undefined };
}

/** One row for each member of `T`. */
export type TlvTable<T> = { readonly [K in keyof T]-?: TlvRow<Exclude<T[K], undefined>> };

type AnyTable = Readonly<Record<string, TlvRow<unknown>>>;

/** Bytes written; -1 if they do not fit into `max` or a value cannot be said on the wire. */
export function encodeTlv<T>(table: TlvTable<T>, record: T, into: Buffer, at: number, max: number): number {
  const members = record as Record<string, unknown>;
  let to = at;
  for (const [name, row] of Object.entries(table as AnyTable)) {
    const member = members[name];
    if (member === undefined) continue;
    const length = row.value.size(member);
    if (length < 0 || length > 0xffff || to + TLV_HEADER_BYTES + length > at + max) return -1;
    into[to] = row.tag;
    into.writeUInt16BE(length, to + 1);
    row.value.write(member, into, to + TLV_HEADER_BYTES);
    to += TLV_HEADER_BYTES + length;
  }
  return to - at;
}

/** Throws ProtocolError `tlv` for a broken structure, a tag twice or a mandatory one missing; what `value` throws passes. */
export function decodeTlv<T>(table: TlvTable<T>, from: Buffer, at: number, length: number): T {
  const rows = Object.entries(table as AnyTable);
  const record: Record<string, unknown> = {};
  const end = at + length;
  for (let next = at; next < end; ) {
    if (end - next < TLV_HEADER_BYTES) throw new ProtocolError('tlv', 'a tag without a length');
    const tag = from[next]!;
    const bytes = from.readUInt16BE(next + 1);
    next += TLV_HEADER_BYTES;
    if (bytes > end - next) throw new ProtocolError('tlv', `tag ${tag} is longer than its frame`);
    const found = rows.find(([, row]) => row.tag === tag);
    if (found !== undefined) {
      if (Object.hasOwn(record, found[0])) throw new ProtocolError('tlv', `${found[0]} comes twice`);
      record[found[0]] = found[1].value.read(from, next, bytes);
    }
    next += bytes;
  }
  for (const [name, row] of rows) {
    if (Object.hasOwn(record, name)) continue;
    if (row.absent === undefined) throw new ProtocolError('tlv', `${name} is missing`);
    record[name] = row.absent.is;
  }
  return record as T;
}
