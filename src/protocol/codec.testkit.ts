/** Every frame's payload codec under the frame's name, so that tests can say "each of them". */
import type { ExposureGrant, ExposureRequest } from '../contract/exposure.ts';
import type { Fields, ResponseHead } from '../contract/message.ts';
import type { StreamCode, StreamHead } from '../contract/stream.ts';
import { ProtocolError } from './error.ts';
import * as expose from './expose.ts';
import { FRAME, type FrameName } from './frame.ts';
import { decodeGoaway, encodeGoaway, type Goaway } from './goaway.ts';
import { decodeResponseHead, encodeResponseHead } from './head.ts';
import { decodeHello, encodeHello, type Hello } from './hello.ts';
import { decodeOpen, encodeOpen } from './open.ts';
import { decodeProof, encodeProof, type Proof } from './proof.ts';
import * as small from './small.ts';
import { decodeTrailers, encodeTrailers } from './trailers.ts';
import { decodeWelcome, encodeWelcome, type Welcome } from './welcome.ts';

export interface Payloads {
  HELLO: Hello;
  PROOF: Proof;
  WELCOME: Welcome;
  PING: number;
  PONG: number;
  GOAWAY: Goaway;
  EXPOSE: ExposureRequest;
  EXPOSED: ExposureGrant;
  EXPOSE_REFUSED: expose.ExposeRefused;
  WITHDRAW: expose.Withdraw;
  OPEN: StreamHead;
  OPENED: Buffer;
  HEAD: ResponseHead;
  DATA: Buffer;
  TRAILERS: Fields;
  FIN: Buffer;
  RST: StreamCode;
  RST_ACK: Buffer;
  CREDIT: number;
  DATAGRAM: Buffer;
}

export const FIELDS_MAX = 100;
export const FRAME_NAMES = Object.keys(FRAME) as readonly FrameName[];
export const NAME_OF = new Map<number, FrameName>(FRAME_NAMES.map((name) => [FRAME[name], name]));

export interface Codec<T> {
  encode(value: T, into: Buffer, at: number, max: number): number;
  decode(from: Buffer, at: number, length: number): T;
}

const raw: Codec<Buffer> = {
  encode: (value, into, at, max) => (value.length > max ? -1 : value.copy(into, at)),
  decode: (from, at, length) => Buffer.from(from.subarray(at, at + length)),
};
/** `checkHeader` lets none of these through with a payload; here the rule is said once more. */
const empty: Codec<Buffer> = {
  encode: raw.encode,
  decode(_from, _at, length) {
    if (length !== 0) throw new ProtocolError('length', 'a payload where none is due');
    return Buffer.alloc(0);
  },
};
const nonce: Codec<number> = { encode: small.encodeNonce, decode: small.decodeNonce };

export const CODECS: { readonly [N in FrameName]: Codec<Payloads[N]> } = {
  HELLO: { encode: encodeHello, decode: decodeHello },
  PROOF: { encode: encodeProof, decode: decodeProof },
  WELCOME: { encode: encodeWelcome, decode: decodeWelcome },
  PING: nonce,
  PONG: nonce,
  GOAWAY: { encode: encodeGoaway, decode: decodeGoaway },
  EXPOSE: { encode: expose.encodeExpose, decode: expose.decodeExpose },
  EXPOSED: { encode: expose.encodeExposed, decode: expose.decodeExposed },
  EXPOSE_REFUSED: { encode: expose.encodeExposeRefused, decode: expose.decodeExposeRefused },
  WITHDRAW: { encode: expose.encodeWithdraw, decode: expose.decodeWithdraw },
  OPEN: { encode: encodeOpen, decode: (from, at, length) => decodeOpen(from, at, length, FIELDS_MAX) },
  OPENED: empty,
  HEAD: { encode: encodeResponseHead, decode: (from, at, length) => decodeResponseHead(from, at, length, FIELDS_MAX) },
  DATA: raw,
  TRAILERS: { encode: encodeTrailers, decode: (from, at, length) => decodeTrailers(from, at, length, FIELDS_MAX) },
  FIN: empty,
  RST: { encode: small.encodeRst, decode: small.decodeRst },
  RST_ACK: empty,
  CREDIT: { encode: small.encodeCredit, decode: small.decodeCredit },
  DATAGRAM: raw,
};

/** A payload whose type goes with its name only where it was made. */
export interface Sample {
  readonly name: FrameName;
  readonly stream: number;
  readonly value: unknown;
}

export function codecOf(name: FrameName): Codec<unknown> {
  return CODECS[name] as Codec<unknown>;
}

/** The payload's bytes. Throws if they do not fit into 64 KiB. */
export function encodeSample({ name, value }: Sample): Buffer {
  const into = Buffer.alloc(65_536);
  const length = codecOf(name).encode(value, into, 0, into.length);
  if (length < 0) throw new Error(`${name} does not fit`);
  return into.subarray(0, length);
}
