import type { Limits } from '../../contract/limits.ts';
import type { HeadParser } from '../../http/connection.ts';
import { type ParsedRequest, type Refusal, RequestHeadParser } from '../../http/request-head.ts';

/** Somebody at a plain port who does not speak HTTP. `bytes`: none are used up, whoever takes over sees them all. */
export interface Stranger {
  readonly kind: 'agent' | 'tls';
  readonly bytes: 0;
}

const AGENT: Stranger = { kind: 'agent', bytes: 0 };
const TLS: Stranger = { kind: 'tls', bytes: 0 };
/** The preface of ANPX/2. Its fifth byte can stand in no request line, so no head is mistaken for it. */
const PREFACE = Buffer.from('ANPX\x02', 'latin1');
/** A TLS record that holds a handshake (RFC 8446 §5.1). */
const CLIENT_HELLO = 0x16;

/** Parses request heads; at a plain port it tells agents and TLS by the very first bytes. */
export class FirstBytesParser implements HeadParser<ParsedRequest | Refusal | Stranger> {
  readonly bytesMax: number;
  readonly #heads: RequestHeadParser;
  #first: boolean;

  constructor(limits: Limits, scheme: 'http' | 'https') {
    this.#heads = new RequestHeadParser(limits, scheme);
    this.bytesMax = this.#heads.bytesMax;
    this.#first = scheme === 'http';
  }

  /** The visitor owes the rest of a head. */
  get begun(): boolean {
    return this.#heads.begun;
  }

  parse(bytes: Buffer, at: number, length: number): ParsedRequest | Refusal | Stranger | undefined {
    if (this.#first) {
      if (bytes[at] === CLIENT_HELLO) return TLS;
      if (length >= PREFACE.length) {
        this.#first = false;
        if (PREFACE.compare(bytes, at, at + PREFACE.length) === 0) return AGENT;
      }
    }
    return this.#heads.parse(bytes, at, length);
  }
}
