/**
 * Ed25519 keys of agents and gateways: made, derived from a seed, kept in a file.
 * Refuses to know what a key is for; the private half never leaves this file but as PKCS#8 in its own file.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { SigningKey } from '../contract/crypto.ts';
import { TunnelError } from '../contract/errors.ts';
import { PUBLIC_KEY_BYTES } from './crypto.ts';
import { readOrMake } from './secret-file.ts';

export const SEED_BYTES = 32;

/** What stands before the 32 bytes of a seed in the PKCS#8 form of an Ed25519 key (RFC 8410 §7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

class Ed25519Key implements SigningKey {
  readonly publicKey: Buffer;
  readonly #key: KeyObject;

  constructor(key: KeyObject) {
    this.#key = key;
    const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
    this.publicKey = spki.subarray(spki.length - PUBLIC_KEY_BYTES);
  }

  sign(message: Buffer): Buffer {
    return sign(null, message, this.#key);
  }
}

/** A key nobody has had before. */
export function makeKey(): SigningKey {
  return new Ed25519Key(generateKeyPairSync('ed25519').privateKey);
}

/** The key whose seed (RFC 8032 §5.1.5) these 32 bytes are. */
export function keyFromSeed(seed: Buffer): SigningKey {
  if (seed.length !== SEED_BYTES) throw new RangeError(`a seed has ${SEED_BYTES} bytes, not ${seed.length}`);
  return new Ed25519Key(createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' }));
}

/**
 * The key in `file` (PKCS#8 PEM), made at first use with mode 0600. Processes that start together get the same one.
 * Throws TunnelError: TK-5001 unreadable or not an Ed25519 key, TK-8001 unwritable, TK-8002 disk full.
 */
export async function loadOrMakeKey(file: string): Promise<SigningKey> {
  const pem = await readOrMake(file, () =>
    generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  );
  return new Ed25519Key(parseKey(file, pem));
}

function parseKey(file: string, pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // OpenSSL's own message is left out: it tells nothing an operator can use.
    throw new TunnelError('TK-5001', `${file} holds no private key in PEM.`);
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new TunnelError('TK-5001', `${file} holds a key of type ${key.asymmetricKeyType}, not ed25519.`);
  }
  return key;
}
