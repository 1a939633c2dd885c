/** Payloads of a fixed size: CREDIT, RST, PING and PONG. `checkHeader` has seen to their lengths; OPENED, FIN and RST_ACK have none. */
import { STREAM_CODE, type StreamCode } from '../contract/stream.ts';
import { ProtocolError } from './error.ts';

export const CREDIT_BYTES = 4;
export const RST_BYTES = 2;
export const NONCE_BYTES = 4;
/** One grant, and the sum of all that stand open on a stream, stay below 2^31, so that 32-bit arithmetic never wraps. */
export const CREDIT_MAX = 0x7fff_ffff;

/** `bytes` 1..CREDIT_MAX, in addition to what was granted before. */
export function encodeCredit(bytes: number, into: Buffer, at: number, max: number): number {
  if (max < CREDIT_BYTES || bytes < 1 || bytes > CREDIT_MAX) return -1;
  return into.writeUInt32BE(bytes, at) - at;
}

/** Throws ProtocolError `value` for 0 and for what is above CREDIT_MAX. */
export function decodeCredit(from: Buffer, at: number, length: number): number {
  expectLength(length, CREDIT_BYTES);
  const bytes = from.readUInt32BE(at);
  if (bytes < 1 || bytes > CREDIT_MAX) throw new ProtocolError('value', `a credit of ${bytes}`);
  return bytes;
}

const KNOWN_CODES: ReadonlySet<number> = new Set(
  Object.values(STREAM_CODE).filter((code) => code !== STREAM_CODE.sessionLost),
);

export function encodeRst(code: StreamCode, into: Buffer, at: number, max: number): number {
  return max < RST_BYTES ? -1 : into.writeUInt16BE(code, at) - at;
}

/** A code that is not known here, or that a peer has no business to send (`sessionLost`), is read as `internal`. */
export function decodeRst(from: Buffer, at: number, length: number): StreamCode {
  expectLength(length, RST_BYTES);
  const code = from.readUInt16BE(at);
  return KNOWN_CODES.has(code) ? (code as StreamCode) : STREAM_CODE.internal;
}

/** PING and PONG: 32 bits that come back as they went. */
export function encodeNonce(nonce: number, into: Buffer, at: number, max: number): number {
  return max < NONCE_BYTES ? -1 : into.writeUInt32BE(nonce, at) - at;
}

export function decodeNonce(from: Buffer, at: number, length: number): number {
  expectLength(length, NONCE_BYTES);
  return from.readUInt32BE(at);
}

function expectLength(length: number, expected: number): void {
  if (length !== expected) throw new ProtocolError('length', `${length} bytes where ${expected} are due`);
}
