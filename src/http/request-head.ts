// Requests' heads from bytes. Knows HTTP/1.0 and 1.1, strictly: what two parsers could read differently is refused (X1), never mended.
import type { ErrorCode } from '../contract/errors.ts';
import type { LimitName, Limits } from '../contract/limits.ts';
import type { BodyKind, RequestHead } from '../contract/message.ts';
import { type FieldSection, listHas, readFields, withoutFields, withoutNominated } from './field-section.ts';
import { type Framing, framingOf } from './framing.ts';
import { HEAD_TOO_LARGE, HeadScan, LINE_TOO_LONG, MORE, TOO_MANY_LINES } from './head-scan.ts';
import { parseTarget } from './request-target.ts';
import { CLASS, isAuthority, TARGET, TOKEN } from './syntax.ts';

/** A head that may be served. */
export interface ParsedRequest {
  readonly kind: 'request';
  readonly head: RequestHead;
  /** Bytes of the head, with its empty line and a CRLF before it. */
  readonly bytes: number;
  readonly version: 10 | 11;
  /** The visitor lets the connection serve another request. */
  readonly keepAlive: boolean;
  /** The visitor waits for a 100 before it sends the body. */
  readonly expectContinue: boolean;
}

/** Why a request is not served. The connection must be closed after the reply: where the next request starts is unknown. */
export interface Refusal {
  readonly kind: 'refused';
  readonly code: ErrorCode;
  readonly seen: string;
  /** The bound that was passed, if it was one. */
  readonly limit?: LimitName | undefined;
}

/** RFC 9110 §9.1 sets no bound; the longest registered method (UPDATEREDIRECTREF) has 17. */
const METHOD_BYTES_MAX = 32;

interface RequestLine {
  readonly method: string;
  readonly path: string;
  readonly authority: string | undefined;
  readonly version: 10 | 11;
}

/** Parses the heads of one connection, one after the other. */
export class RequestHeadParser {
  /** No head, with the empty line that may stand before it, is longer. */
  readonly bytesMax: number;
  readonly #scan: HeadScan;
  readonly #scheme: 'http' | 'https';

  constructor(limits: Limits, scheme: 'http' | 'https') {
    const { requestLineBytes, headBytes, fieldCount } = limits;
    this.#scan = new HeadScan({ lineBytes: requestLineBytes, headBytes, fieldCount });
    this.#scheme = scheme;
    this.bytesMax = headBytes + 2;
  }

  /** True while part of a head has been given to `parse`: the visitor owes the rest. */
  get begun(): boolean {
    return this.#scan.begun;
  }

  /**
   * `bytes[at, at+length)` holds everything since the last head, from its first byte on, at whatever place.
   * Undefined: more bytes are needed. After a head or a refusal the parser is ready for the next one.
   */
  parse(bytes: Buffer, at: number, length: number): ParsedRequest | Refusal | undefined {
    // RFC 9112 §2.2: one empty line before a request is tolerated; old clients end bodies with it.
    const skip = bytes[at] === 0x0d && length > 0 ? 2 : 0;
    if (length <= skip) return skip === 2 && length === 2 && bytes[at + 1] !== 0x0a ? badByte() : undefined;
    if (skip === 2 && bytes[at + 1] !== 0x0a) return badByte();
    const end = this.#scan.scan(bytes, at + skip, length - skip);
    if (end === MORE) return undefined;
    const result = end < 0 ? refusalOf(end) : this.#read(bytes, at + skip, end, end + skip);
    this.#scan.reset();
    return result;
  }

  #read(bytes: Buffer, at: number, length: number, consumed: number): ParsedRequest | Refusal {
    const text = bytes.toString('latin1', at, at + length);
    const { lineEnds: ends, lines } = this.#scan;
    if (lines === 0) return refused('TK-3004', 'an empty request line');
    const line = readRequestLine(bytes, at, text, ends[0] as number, this.#scheme);
    if ('kind' in line) return line;
    const section = readFields({ bytes, at, text, ends, from: 1, to: lines, plainOnly: true });
    if (typeof section === 'string') return refused('TK-3004', section);
    return assemble(line, section, this.#scheme, consumed);
  }
}

function readRequestLine(
  bytes: Buffer,
  at: number,
  text: string,
  end: number,
  scheme: 'http' | 'https',
): RequestLine | Refusal {
  let i = 0;
  while (((CLASS[bytes[at + i] as number] as number) & TOKEN) !== 0) i += 1;
  if (i === 0 || bytes[at + i] !== 0x20) return refused('TK-3004', 'a method that is no token');
  const method = text.slice(0, i);
  const targetStart = i + 1;
  i = targetStart;
  while (((CLASS[bytes[at + i] as number] as number) & TARGET) !== 0) i += 1;
  if (i === targetStart || bytes[at + i] !== 0x20) return refused('TK-3004', 'a target with an illegal byte');
  const version = text.slice(i + 1, end);
  if (version !== 'HTTP/1.1' && version !== 'HTTP/1.0') {
    return /^HTTP\/[0-9]+\.[0-9]+$/.test(version)
      ? refused('TK-3009', 'a version other than HTTP/1.0 and HTTP/1.1')
      : refused('TK-3004', 'a request line without version');
  }
  if (method.length > METHOD_BYTES_MAX) return refused('TK-3008', 'a method of more than 32 bytes');
  if (method === 'CONNECT' || method === 'TRACE') return refused('TK-3008', method);
  const target = parseTarget(method, text.slice(targetStart, i), scheme);
  if (typeof target === 'string') return refused('TK-3004', target);
  return { method, path: target.path, authority: target.authority, version: version === 'HTTP/1.1' ? 11 : 10 };
}

function assemble(
  line: RequestLine,
  section: FieldSection,
  scheme: 'http' | 'https',
  consumed: number,
): ParsedRequest | Refusal {
  const { method, path, version } = line;
  if (section.host === undefined ? version === 11 : !isAuthority(section.host)) {
    return refused('TK-3004', section.host === undefined ? 'no Host' : 'a Host that is not legal');
  }
  const framing = framingOf(section);
  if (framing.kind === 'fault') return refused(framing.unknownCoding ? 'TK-3012' : 'TK-3004', framing.seen);
  if (framing.kind === 'chunked' && version === 10) return refused('TK-3004', 'Transfer-Encoding in HTTP/1.0');
  if (section.expect !== '' && section.expect !== '100-continue') return refused('TK-3013', 'an unknown expectation');

  const upgrade = upgradeOf(line, section, framing);
  const body: BodyKind = upgrade !== undefined ? 'upgrade' : framing.kind === 'undeclared' ? 'none' : framing.kind;
  // HTTP/1.0 knows no 100, and without a body there is nothing to wait for (RFC 9110 §10.1.1).
  const expectContinue = section.expect !== '' && version === 11 && (body === 'length' || body === 'chunked');
  let fields = withoutNominated(section.fields, section.connection);
  if (section.expect !== '' && !expectContinue) fields = withoutFields(fields, (name) => name === 'expect');
  const head: RequestHead = {
    kind: 'request',
    method,
    scheme,
    authority: line.authority ?? section.host ?? '',
    path,
    fields,
    body,
    length: framing.length,
    upgrade,
    acceptsTrailers: version === 11 && listHas(section.te, 'trailers'),
  };
  return { kind: 'request', head, bytes: consumed, version, keepAlive: keepsAlive(version, section), expectContinue };
}

/** Only WebSocket is passed on (X4), and only where nothing but the new protocol can follow the head. */
function upgradeOf(line: RequestLine, section: FieldSection, framing: Framing): string | undefined {
  if (section.upgrade === '' || line.version !== 11 || line.method !== 'GET' || framing.kind !== 'undeclared') {
    return undefined;
  }
  return listHas(section.connection, 'upgrade') && listHas(section.upgrade, 'websocket') ? 'websocket' : undefined;
}

/** RFC 9112 §9.3. */
export function keepsAlive(version: 10 | 11, section: FieldSection): boolean {
  if (listHas(section.connection, 'close')) return false;
  return version === 11 || listHas(section.connection, 'keep-alive');
}

function refused(code: ErrorCode, seen: string, limit?: LimitName): Refusal {
  return { kind: 'refused', code, seen, limit };
}

function badByte(): Refusal {
  return refused('TK-3004', 'a control byte, or a line that does not end in CR LF');
}

function refusalOf(fault: number): Refusal {
  switch (fault) {
    case LINE_TOO_LONG:
      return refused('TK-3005', 'a request line above the bound', 'requestLineBytes');
    case HEAD_TOO_LARGE:
      return refused('TK-3006', 'a head above the bound in bytes', 'headBytes');
    case TOO_MANY_LINES:
      return refused('TK-3006', 'more fields than the bound', 'fieldCount');
    default:
      return badByte();
  }
}
