/**
 * The first bytes of a link: `ANPX` · version 2 · flags · 2 zero bytes. By them an ANPX/1 peer, an ANPX/2 peer and a stranger
 * (an HTTP client, a scanner) are told apart before anything else is read.
 */
import { ProtocolError } from './error.ts';

export const PREFACE_BYTES = 8;
const MAGIC = [0x41, 0x4e, 0x50, 0x58] as const;
const VERSION_AT = 4;
const PREFACE = [...MAGIC, 2, 0, 0, 0] as const;

/** ANPX/1 has the same magic and its version, 1, in the same place. `more`: not enough bytes to tell. */
export function classify(bytes: Uint8Array): 'anpx1' | 'anpx2' | 'other' | 'more' {
  for (let i = 0; i < MAGIC.length; i++) {
    if (i >= bytes.length) return 'more';
    if (bytes[i] !== MAGIC[i]) return 'other';
  }
  if (bytes.length <= VERSION_AT) return 'more';
  if (bytes[VERSION_AT] === 1) return 'anpx1';
  return bytes[VERSION_AT] === 2 ? 'anpx2' : 'other';
}

/** Bytes written, or -1 if they do not fit. */
export function encodePreface(into: Uint8Array, at: number, max: number): number {
  if (max < PREFACE_BYTES) return -1;
  into.set(PREFACE, at);
  return PREFACE_BYTES;
}

/** Takes `PREFACE_BYTES` bytes at `at`. Throws ProtocolError `preface`; no flag has a meaning yet, so any is refused. */
export function checkPreface(from: Uint8Array, at: number): void {
  for (let i = 0; i < PREFACE_BYTES; i++) {
    if (from[at + i] !== PREFACE[i]) throw new ProtocolError('preface', `byte ${i} is not right`);
  }
}
