// Reads recorded HTTP/1 messages, by the letter of RFC 9112 and nothing else: what is doubtful is a fault, never mended.
// It shares no line with the product's parser, whose judge it is.

export type Field = readonly [name: string, value: string];

export interface Head {
  /** The start line. */
  readonly line: string;
  readonly fields: readonly Field[];
}

export interface Body {
  readonly body: Buffer;
  readonly trailers: readonly Field[];
  /** Where the next message starts. */
  readonly end: number;
}

/** What is wrong with recorded bytes. */
export class Fault extends Error {}

/** The values of a field, by its name in lower case. */
export function values(fields: readonly Field[], name: string): readonly string[] {
  return fields.flatMap(([each, value]) => (each.toLowerCase() === name ? [value] : []));
}

const FIELD_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;

function fieldsOf(lines: readonly string[]): Field[] {
  return lines.map((line) => {
    const match = FIELD_LINE.exec(line);
    if (match === null) throw new Fault(`not a field line: ${JSON.stringify(line)}`);
    return [match[1]!, match[2]!];
  });
}

/** The lines up to the empty one, and where what follows begins; undefined while the empty line has not come. */
function linesAt(bytes: Buffer, at: number): { readonly lines: readonly string[]; readonly end: number } | undefined {
  // Trailers may be none at all: then the empty line is the first.
  if (bytes.indexOf('\r\n', at) === at) return { lines: [], end: at + 2 };
  const end = bytes.indexOf('\r\n\r\n', at);
  if (end < 0) return undefined;
  return { lines: bytes.toString('latin1', at, end).split('\r\n'), end: end + 4 };
}

/** The head at `at`; undefined while it is not whole. */
export function headAt(bytes: Buffer, at: number): (Head & { readonly end: number }) | undefined {
  const found = linesAt(bytes, at);
  if (found === undefined) return undefined;
  const [line = '', ...fields] = found.lines;
  if (/[^\t\x20-\x7e\x80-\xff]/.test(line)) throw new Fault(`a control byte in ${JSON.stringify(line)}`);
  return { line, fields: fieldsOf(fields), end: found.end };
}

export type Framing = { readonly kind: 'none' | 'chunked' | 'undeclared' } | { kind: 'length'; length: number };

/** How the body is delimited, where the fields alone say so. */
export function framingOf(fields: readonly Field[]): Framing {
  const lengths = values(fields, 'content-length');
  const codings = values(fields, 'transfer-encoding');
  if (lengths.length + codings.length > 1) throw new Fault('more than one field about the length');
  if (codings.length === 1) {
    if (codings[0]!.toLowerCase() !== 'chunked') throw new Fault(`the transfer coding ${codings[0]}`);
    return { kind: 'chunked' };
  }
  if (lengths.length === 0) return { kind: 'undeclared' };
  if (!/^\d{1,15}$/.test(lengths[0]!)) throw new Fault(`the length ${JSON.stringify(lengths[0])}`);
  return { kind: 'length', length: Number(lengths[0]) };
}

/** The body at `at`; undefined while it is not whole. `extended`: its chunks may have extensions. */
export function bodyAt(bytes: Buffer, at: number, framing: Framing, extended = false): Body | undefined {
  if (framing.kind === 'chunked') return chunksAt(bytes, at, extended ? EXTENDED_LINE : CHUNK_LINE);
  const length = framing.kind === 'length' ? framing.length : 0;
  const end = at + length;
  return end > bytes.length ? undefined : { body: bytes.subarray(at, end), trailers: [], end };
}

const CHUNK_LINE = /^[0-9a-fA-F]{1,15}$/;
const EXTENDED_LINE = /^[0-9a-fA-F]{1,16}(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?$/;

function chunksAt(bytes: Buffer, from: number, form: RegExp): Body | undefined {
  const parts: Buffer[] = [];
  for (let at = from; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const line = bytes.toString('latin1', at, lineEnd);
    if (!form.test(line)) throw new Fault(`a chunk line ${JSON.stringify(line)}`);
    const size = Number.parseInt(line, 16);
    at = lineEnd + 2;
    if (size === 0) {
      const trailers = linesAt(bytes, at);
      return trailers && { body: Buffer.concat(parts), trailers: fieldsOf(trailers.lines), end: trailers.end };
    }
    if (at + size + 2 > bytes.length) return undefined;
    parts.push(bytes.subarray(at, at + size));
    if (bytes.toString('latin1', at + size, at + size + 2) !== '\r\n')
      throw new Fault('a chunk without CRLF behind it');
    at += size + 2;
  }
}
