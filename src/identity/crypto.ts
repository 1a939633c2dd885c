/**
 * Ed25519, SHA-256 and chance on Node's OpenSSL, as the `Crypto` that is handed to `session` and `relay`.
 * Knows raw keys and their DER forms; refuses to know whose they are.
 */
import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import type { Crypto } from '../contract/crypto.ts';

export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

/** What stands before the 32 raw bytes of an Ed25519 public key in its SPKI form (RFC 8410 §4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** `publicKey`: 32 raw bytes. The DER of its SubjectPublicKeyInfo, 44 bytes. */
export function spkiOf(publicKey: Buffer): Buffer {
  return Buffer.concat([SPKI_PREFIX, publicKey]);
}

function sha256(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function verifySignature(publicKey: Buffer, message: Buffer, signature: Buffer): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  try {
    // The key object is not cached: a handshake needs each key once, and a cache would be memory a stranger can grow.
    const key = createPublicKey({ key: spkiOf(publicKey), format: 'der', type: 'spki' });
    return verify(null, message, key, signature);
  } catch {
    return false;
  }
}

export const nodeCrypto: Crypto = Object.freeze({
  random: (length: number) => randomBytes(length),
  sha256,
  verify: verifySignature,
});
