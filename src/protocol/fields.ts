/**
 * Fields and the texts before them, as heads and trailers carry them: a count (u16), the length of each name and value (u16 each),
 * then all texts in one run of latin1 bytes. So the reader makes one string and cuts it, and the writer writes one.
 * Knows no frame; `head.ts` and `trailers.ts` put their own bytes in front.
 */
import type { Fields } from '../contract/message.ts';
import { ProtocolError } from './error.ts';
import { bytesAre, LINE, TOKEN } from './text-bytes.ts';

const COUNT_BYTES = 2;
/** The lengths of a name and of its value. */
const ENTRY_BYTES = 4;

/** Writes the count, the lengths, `lead` (the head's own texts) and the fields. -1: they do not fit, or a field has no value. */
export function encodeFields(lead: string, fields: Fields, into: Buffer, at: number, max: number): number {
  const tableBytes = COUNT_BYTES + 2 * fields.length;
  if (fields.length % 2 !== 0 || fields.length > 0x1fffe || tableBytes > max) return -1;
  into.writeUInt16BE(fields.length / 2, at);
  let text = lead;
  let to = at + COUNT_BYTES;
  for (let i = 0; i < fields.length; i++) {
    const { length } = fields[i]!;
    if (length > 0xffff) return -1;
    into[to] = length >>> 8;
    into[to + 1] = length;
    to += 2;
    text += fields[i];
  }
  if (text.length > max - tableBytes) return -1;
  into.write(text, to, 'latin1');
  return tableBytes + text.length;
}

/** Where the run of texts begins. Throws `head` if there are more than `countMax` fields, or the table is cut. */
export function textsAt(from: Buffer, at: number, end: number, countMax: number): number {
  if (end - at < COUNT_BYTES) throw new ProtocolError('head', 'it is cut');
  const count = from.readUInt16BE(at);
  if (count > countMax) throw new ProtocolError('head', `${count} fields where ${countMax} are allowed`);
  const texts = at + COUNT_BYTES + ENTRY_BYTES * count;
  if (texts > end) throw new ProtocolError('head', 'it is cut');
  return texts;
}

/**
 * Reads the fields whose count stands at `at`. `text` is the run of texts, which begins at `textsAt` and ends with the frame; the
 * first `leadLength` of it are the head's own. Throws `head` unless the lengths add up and every byte is legal.
 */
export function decodeFields(from: Buffer, at: number, textsAt: number, text: string, leadLength: number): Fields {
  const fields: string[] = [];
  let next = leadLength;
  for (let entry = at + COUNT_BYTES; entry < textsAt; entry += ENTRY_BYTES) {
    const value = next + from.readUInt16BE(entry);
    const end = value + from.readUInt16BE(entry + 2);
    // Checked before any byte is looked at: the table is the peer's word, the text's length is a fact.
    if (end > text.length) throw new ProtocolError('head', 'its lengths are more than its bytes');
    if (value === next) throw new ProtocolError('head', 'a field without a name');
    if (!bytesAre(TOKEN, from, textsAt + next, value - next)) throw new ProtocolError('head', 'a name is no token');
    if (!bytesAre(LINE, from, textsAt + value, end - value)) throw new ProtocolError('head', 'a value breaks its line');
    fields.push(text.substring(next, value), text.substring(value, end));
    next = end;
  }
  if (next !== text.length) throw new ProtocolError('head', 'its lengths are less than its bytes');
  return fields;
}
