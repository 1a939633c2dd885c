/**
 * Tokens: the seed of an Ed25519 key, written so that a person can copy it and a slip is noticed before it reaches a gateway.
 * `tkt_` and 48 characters of base64url: 32 bytes of seed, 4 bytes of checksum. Refuses to know what a token allows.
 */
import { createHash, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import type { SigningKey } from '../contract/crypto.ts';
import { TunnelError } from '../contract/errors.ts';
import { keyFromSeed, SEED_BYTES } from './keys.ts';

export const TOKEN_PREFIX = 'tkt_';
const CHECKSUM_BYTES = 4;
/** 36 bytes fill 48 characters of base64 without a rest, so that each token is written in one way only. */
const TEXT_LENGTH = TOKEN_PREFIX.length + ((SEED_BYTES + CHECKSUM_BYTES) / 3) * 4;

/** A token as its holder has it. Only `text` tells the secret; printing, inspecting and serialising do not. */
export class Token implements SigningKey {
  readonly publicKey: Buffer;
  readonly #text: string;
  readonly #key: SigningKey;

  constructor(text: string, key: SigningKey) {
    this.#text = text;
    this.#key = key;
    this.publicKey = key.publicKey;
  }

  /** The secret, for the file or the screen it is meant for. */
  get text(): string {
    return this.#text;
  }

  sign(message: Buffer): Buffer {
    return this.#key.sign(message);
  }

  toString(): string {
    return `${TOKEN_PREFIX}…`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return `Token(${this.toString()})`;
  }
}

/** A token nobody has had before. */
export function makeToken(): Token {
  return tokenFromSeed(randomBytes(SEED_BYTES));
}

function tokenFromSeed(seed: Buffer): Token {
  const text = TOKEN_PREFIX + Buffer.concat([seed, checksumOf(seed)]).toString('base64url');
  return new Token(text, keyFromSeed(seed));
}

/** Surrounding white space is taken off: tokens come from files. Throws TunnelError TK-5007, which never holds the text. */
export function parseToken(text: string): Token {
  const bare = text.trim();
  if (!bare.startsWith(TOKEN_PREFIX)) throw new TunnelError('TK-5007', `It does not begin with ${TOKEN_PREFIX}.`);
  if (bare.length !== TEXT_LENGTH) {
    throw new TunnelError('TK-5007', `It has ${bare.length} characters where ${TEXT_LENGTH} are right.`);
  }
  if (!/^[\w-]+$/.test(bare)) throw new TunnelError('TK-5007', 'It holds a character that no token has.');
  const bytes = Buffer.from(bare.slice(TOKEN_PREFIX.length), 'base64url');
  const seed = bytes.subarray(0, SEED_BYTES);
  // Against slips of the hand only: whoever can ask this question holds the text already, so time tells nothing.
  if (!checksumOf(seed).equals(bytes.subarray(SEED_BYTES))) {
    throw new TunnelError('TK-5007', 'Its checksum does not match: a character was changed.');
  }
  return tokenFromSeed(seed);
}

function checksumOf(seed: Buffer): Buffer {
  return createHash('sha256').update(TOKEN_PREFIX).update(seed).digest().subarray(0, CHECKSUM_BYTES);
}
