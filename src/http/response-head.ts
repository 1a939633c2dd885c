// Origins' response heads from bytes, as strict as requests' are: an origin may be hostile, or be made to say what an attacker wants.
import type { Limits } from '../contract/limits.ts';
import type { BodyKind, ResponseHead } from '../contract/message.ts';
import { type FieldSection, listHas, readFields, withoutNominated } from './field-section.ts';
import { type Framing, framingOf } from './framing.ts';
import { HeadScan, MORE } from './head-scan.ts';
import { keepsAlive } from './request-head.ts';

export interface ParsedResponse {
  readonly kind: 'response';
  readonly head: ResponseHead;
  /** Bytes of the head with its empty line. */
  readonly bytes: number;
  /** 1xx other than 101: another head follows. */
  readonly interim: boolean;
  /** The origin lets the connection serve another request, once the body has been read. */
  readonly keepAlive: boolean;
}

/** What was asked: it decides what the answer means (RFC 9112 §6.3). */
export interface Asked {
  readonly method: string;
  readonly upgrade: string | undefined;
}

/** Parses the heads of the answers to one request: any number of interim ones, then a final one. */
export class ResponseHeadParser {
  /** No head is longer. */
  readonly bytesMax: number;
  readonly #scan: HeadScan;
  readonly #asked: Asked;

  constructor(limits: Limits, asked: Asked) {
    const { responseHeadBytes, fieldCount } = limits;
    this.#scan = new HeadScan({ lineBytes: responseHeadBytes, headBytes: responseHeadBytes, fieldCount });
    this.#asked = asked;
    this.bytesMax = responseHeadBytes;
  }

  /** As `RequestHeadParser.parse`; a string says why the answer is malformed. */
  parse(bytes: Buffer, at: number, length: number): ParsedResponse | string | undefined {
    const end = this.#scan.scan(bytes, at, length);
    if (end === MORE) return undefined;
    const result = end < 0 ? 'a head with an illegal byte or above the bounds' : this.#read(bytes, at, end);
    this.#scan.reset();
    return result;
  }

  #read(bytes: Buffer, at: number, length: number): ParsedResponse | string {
    const text = bytes.toString('latin1', at, at + length);
    const { lineEnds: ends, lines } = this.#scan;
    const match = STATUS_LINE.exec(text.slice(0, ends[0]));
    if (lines === 0 || match === null) return 'no status line';
    const section = readFields({ bytes, at, text, ends, from: 1, to: lines, plainOnly: false });
    if (typeof section === 'string') return section;
    const framing = framingOf(section);
    if (framing.kind === 'fault') return framing.seen;
    return assemble(match[1] === '1' ? 11 : 10, Number(match[2]), section, framing, this.#asked, length);
  }
}

/** The space before an empty reason is left out by many servers; nothing can be read differently for it. */
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5][0-9]{2})(?: .*)?$/;

function assemble(
  version: 10 | 11,
  status: number,
  section: FieldSection,
  framing: Framing,
  asked: Asked,
  bytes: number,
): ParsedResponse | string {
  const upgrade = status === 101 ? acceptedUpgrade(section, asked) : undefined;
  if (status === 101 && upgrade === undefined) return 'a 101 that was not asked for';
  const body = bodyKind(status, framing, asked);
  // A transfer coding in HTTP/1.0 is faulty framing: the message is read, the connection is not used again (RFC 9112 §6.1).
  const faulty = framing.kind === 'chunked' && version === 10;
  // 205 has no content whatever its framing says: what follows is an excess that only a new connection is safe from.
  const excess = status === 205 && framing.length !== 0;
  const head: ResponseHead = {
    kind: 'response',
    status,
    fields: withoutNominated(section.fields, section.connection),
    body,
    length: status < 200 || status === 204 || status === 205 ? -1 : framing.length,
    upgrade,
  };
  return {
    kind: 'response',
    head,
    bytes,
    interim: status < 200 && status !== 101,
    keepAlive: body !== 'close' && body !== 'upgrade' && !faulty && !excess && keepsAlive(version, section),
  };
}

function bodyKind(status: number, framing: Framing, asked: Asked): BodyKind {
  if (status === 101) return 'upgrade';
  if (asked.method === 'HEAD' || hasNoContent(status)) return 'none';
  return framing.kind === 'undeclared' ? 'close' : framing.kind;
}

/** True for the statuses that never have content (RFC 9110 §6.4.1, §15.3.6). */
export function hasNoContent(status: number): boolean {
  return status < 200 || status === 204 || status === 205 || status === 304;
}

function acceptedUpgrade(section: FieldSection, asked: Asked): string | undefined {
  if (asked.upgrade === undefined || !listHas(section.connection, 'upgrade')) return undefined;
  return section.upgrade === asked.upgrade ? asked.upgrade : undefined;
}
