/**
 * Which bytes may stand where in a head. Whoever writes these texts into HTTP/1 can add no line, no field and no request
 * by them (RFC 9110 §5.5, RFC 9112 §11.1); whether a field makes sense is `http`'s to judge.
 */

/** RFC 9110 §5.6.2. */
export const TOKEN = 1;
/** A token with `/`, as Upgrade names protocols (RFC 9110 §7.8). */
export const PROTOCOL_NAME = 2;
/** Anything but controls and space: paths and authorities stay one word of their line. */
export const WORD = 4;
/** Anything but CR, LF and NUL. */
export const LINE = 8;

const CLASSES = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const token = /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(byte));
  if (token) CLASSES[byte]! |= TOKEN;
  if (token || byte === 0x2f) CLASSES[byte]! |= PROTOCOL_NAME;
  if (byte > 0x20 && byte !== 0x7f) CLASSES[byte]! |= WORD;
  if (byte !== 0x00 && byte !== 0x0a && byte !== 0x0d) CLASSES[byte]! |= LINE;
}

/** True if every byte of the range is of the class; true for an empty range. */
export function bytesAre(kind: number, from: Uint8Array, at: number, length: number): boolean {
  for (let next = at; next < at + length; next++) if ((CLASSES[from[next]!]! & kind) === 0) return false;
  return true;
}
