import type { Crypto } from '../contract/crypto.ts';

/**
 * Names of exposures: which are legal, and new ones for exposures that ask for none.
 * Knows nothing of who holds a name.
 */

/** One DNS label (RFC 1035 §2.3.1, RFC 5891 for `xn--`), already canonical: lower-case, no dots. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Without letters and digits that are taken for each other. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
/** 31^10 is 49 bits: a name nobody told cannot be guessed. */
const RANDOM_LENGTH = 10;

export function isLabel(name: string): boolean {
  return LABEL.test(name);
}

/**
 * A name that some glob of the token allows, or undefined where its globs leave no room for a legal one.
 * Globs without a star are names of their own and come last, so that they stay free for whoever asks for them.
 */
export function makeName(
  crypto: Crypto,
  globs: readonly string[],
  taken: (name: string) => boolean,
): string | undefined {
  const ordered = [...globs].sort((a, b) => Number(b.includes('*')) - Number(a.includes('*')));
  for (const glob of ordered) {
    const name = glob.replace(/\*+/, randomPart(crypto)).replace(/\*+/g, '').replace(/\?/g, 'x');
    if (isLabel(name) && !taken(name)) return name;
  }
  return undefined;
}

function randomPart(crypto: Crypto): string {
  let text = '';
  // Bytes above the largest multiple are thrown away, so that no letter is likelier than another.
  const fair = 256 - (256 % ALPHABET.length);
  while (text.length < RANDOM_LENGTH) {
    for (const byte of crypto.random(RANDOM_LENGTH)) {
      if (byte < fair && text.length < RANDOM_LENGTH) text += ALPHABET[byte % ALPHABET.length];
    }
  }
  return text;
}
