// Reads the field lines of a head or of trailers: end-to-end fields stay cargo, the rest becomes what it means.
import type { Fields } from '../contract/message.ts';
import { FIELD, foldByte, isEndToEnd, meaningOf } from './known-fields.ts';
import { CLASS, PLAIN_NAME, TOKEN } from './syntax.ts';

/** A field section with its hop-by-hop part taken out. Lists of repeated fields are joined with commas. */
export class FieldSection {
  fields: string[] = [];
  host: string | undefined;
  contentLength: string | undefined;
  transferEncoding: string | undefined;
  connection = '';
  te = '';
  upgrade = '';
  expect = '';

  /** Takes one field; returns why the section is not legal, or undefined. */
  add(meaning: number | undefined, name: string, value: string): string | undefined {
    switch (meaning) {
      case undefined:
        this.fields.push(name, value);
        return undefined;
      case FIELD.host:
        if (this.host !== undefined) return 'Host twice';
        this.host = value;
        return undefined;
      case FIELD.contentLength:
        if (this.contentLength !== undefined) return 'Content-Length twice';
        this.contentLength = value;
        return undefined;
      case FIELD.transferEncoding:
        if (this.transferEncoding !== undefined) return 'Transfer-Encoding twice';
        this.transferEncoding = value;
        return undefined;
      case FIELD.connection:
        this.connection = joined(this.connection, value);
        return undefined;
      case FIELD.te:
        this.te = joined(this.te, value);
        return undefined;
      case FIELD.upgrade:
        this.upgrade = joined(this.upgrade, value);
        return undefined;
      case FIELD.expect:
        this.expect = joined(this.expect, value);
        this.fields.push(name, value);
        return undefined;
      default:
        return undefined;
    }
  }
}

function joined(list: string, value: string): string {
  const lower = value.toLowerCase();
  return list === '' ? lower : `${list},${lower}`;
}

/** True if the comma-separated lower-case `list` has `token`; parameters after `;` are not looked at. */
export function listHas(list: string, token: string): boolean {
  if (list === token) return true;
  return list.includes(token) && list.split(',').some((item) => item.split(';', 1)[0]?.trim() === token);
}

export interface FieldLines {
  readonly bytes: Buffer;
  /** Where in `bytes` the text starts. */
  readonly at: number;
  /** The same bytes as latin1, so that names and values are slices of one string. */
  readonly text: string;
  /** Offsets of the CR of each line. */
  readonly ends: Int32Array;
  /** The first line that is a field, and one past the last. */
  readonly from: number;
  readonly to: number;
  /** Drop fields whose names hold more than letters, digits and `-` (X9). */
  readonly plainOnly: boolean;
}

/** The section, or why it is not legal (RFC 9112 §5, §5.1, §5.2). The scan has refused controls already. */
export function readFields(lines: FieldLines): FieldSection | string {
  const { bytes, at, text, ends } = lines;
  const section = new FieldSection();
  for (let line = lines.from; line < lines.to; line++) {
    const start = line === 0 ? 0 : (ends[line - 1] as number) + 2;
    let hash = 0;
    let bits = TOKEN | PLAIN_NAME;
    let i = start;
    for (let byte = bytes[at + i] as number; byte !== 0x3a; byte = bytes[at + ++i] as number) {
      bits &= CLASS[byte] as number;
      if ((bits & TOKEN) === 0) return faultOfName(byte, i === start);
      hash = foldByte(hash, byte);
    }
    if (i === start) return 'an empty field name';
    if (lines.plainOnly && (bits & PLAIN_NAME) === 0) continue;
    const name = text.slice(start, i);
    const fault = section.add(meaningOf(hash, name), name, valueBetween(lines, i + 1, ends[line] as number));
    if (fault !== undefined) return fault;
  }
  return section;
}

function faultOfName(byte: number, first: boolean): string {
  if (byte === 0x20 || byte === 0x09)
    return first ? 'a line that begins with white space' : 'white space in a field name';
  return byte === 0x0d ? 'a field without colon' : 'a field name that is no token';
}

/** Without the optional white space around it (RFC 9112 §5.1). */
function valueBetween({ bytes, at, text }: FieldLines, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(bytes[at + start] as number)) start += 1;
  while (end > start && isBlank(bytes[at + end - 1] as number)) end -= 1;
  return text.slice(start, end);
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}

/** The fields without those that the lower-case `connection` list nominates, except ones that are not a peer's to remove. */
export function withoutNominated(fields: Fields, connection: string): Fields {
  if (connection === '' || COMMON_OPTIONS.has(connection)) return fields;
  const nominated = new Set(connection.split(',').map((option) => option.trim()));
  return withoutFields(fields, (name) => nominated.has(name) && !isEndToEnd(name));
}
const COMMON_OPTIONS = new Set(['close', 'keep-alive', 'upgrade', 'keep-alive, upgrade', 'upgrade, keep-alive']);

/** The fields whose lower-case names are not `unwanted`. */
export function withoutFields(fields: Fields, unwanted: (lowerName: string) => boolean): string[] {
  const kept: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    if (!unwanted(name.toLowerCase())) kept.push(name, fields[i + 1] as string);
  }
  return kept;
}
