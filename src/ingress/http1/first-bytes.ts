import type { Limits } from '../../contract/limits.ts';
import type { HeadParser } from '../../http/connection.ts';
import { type ParsedRequest, type Refusal, RequestHeadParser } from '../../http/request-head.ts';

/** Somebody at a plain port who does not speak HTTP. `bytes`: none are used up, whoever takes over sees them all. */
export interface Stranger {
  readonly kind: 'agent' | 'http2' | 'tls';
  readonly bytes: 0;
}

const AGENT: Stranger = { kind: 'agent', bytes: 0 };
const HTTP2: Stranger = { kind: 'http2', bytes: 0 };
const TLS: Stranger = { kind: 'tls', bytes: 0 };
/** The preface of ANPX/2. Its fifth byte can stand in no request line, so no head is mistaken for it. */
const PREFACE = Buffer.from('ANPX\x02', 'latin1');
/** What a visitor says that speaks HTTP/2 without asking (RFC 9113 §3.3, §3.4). */
const HTTP2_PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');
/** A TLS record that holds a handshake (RFC 8446 §5.1). */
const CLIENT_HELLO = 0x16;

/** Parses request heads; at a plain port it tells agents, HTTP/2 and TLS by the very first bytes. */
export class FirstBytesParser implements HeadParser<ParsedRequest | Refusal | Stranger> {
  readonly bytesMax: number;
  readonly #heads: RequestHeadParser;
  #first: boolean;
  /** Nothing but the beginning of HTTP/2's preface has come. */
  #prefaced = false;

  constructor(limits: Limits, scheme: 'http' | 'https') {
    this.#heads = new RequestHeadParser(limits, scheme);
    this.bytesMax = this.#heads.bytesMax;
    this.#first = scheme === 'http';
  }

  /** The visitor owes the rest of a head. */
  get begun(): boolean {
    return this.#prefaced || this.#heads.begun;
  }

  parse(bytes: Buffer, at: number, length: number): ParsedRequest | Refusal | Stranger | undefined {
    if (this.#first) {
      if (bytes[at] === CLIENT_HELLO) return TLS;
      const alike = Math.min(length, HTTP2_PREFACE.length);
      if (HTTP2_PREFACE.compare(bytes, at, at + alike, 0, alike) === 0) {
        this.#prefaced = true;
        return alike === HTTP2_PREFACE.length ? HTTP2 : undefined;
      }
      this.#prefaced = false;
      if (length >= PREFACE.length) {
        this.#first = false;
        if (PREFACE.compare(bytes, at, at + PREFACE.length) === 0) return AGENT;
      }
    }
    return this.#heads.parse(bytes, at, length);
  }
}
