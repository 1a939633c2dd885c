/**
 * The pin of a gateway: a name for its identity key that fits in a link and cannot be met by any other key.
 * Refuses to know where pins are kept and what a mismatch leads to.
 */
import { createHash } from 'node:crypto';
import { TunnelError } from '../contract/errors.ts';
import { spkiOf } from './crypto.ts';

export type Pin = `sha256-${string}`;

/** SHA-256 in base64url has 43 characters; the last one carries four bits, the other two of its six are zero. */
const PIN = /^sha256-[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** `publicKey`: 32 raw bytes of Ed25519. `sha256-` and the base64url of the SHA-256 over its SPKI (as RFC 7469 §2.4 does). */
export function pinOf(publicKey: Buffer): Pin {
  return `sha256-${createHash('sha256').update(spkiOf(publicKey)).digest('base64url')}`;
}

/** Throws TunnelError TK-5003 for anything that `pinOf` could not have made. A pin is no secret, but it may be a mispasted one: it is not repeated. */
export function parsePin(text: string): Pin {
  if (!PIN.test(text)) throw new TunnelError('TK-5003', 'The pin is not sha256- and 43 characters of base64url.');
  return text as Pin;
}
