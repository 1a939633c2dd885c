import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { spkiOf } from './crypto.ts';
import { keyFromSeed, makeKey } from './keys.ts';
import { parsePin, pinOf } from './pin.ts';

describe('a pin', () => {
  it('is the SHA-256 of the public key as OpenSSL encodes it', () => {
    const { publicKey } = makeKey();
    const der = execFileSync('openssl', ['pkey', '-pubin', '-inform', 'DER', '-pubout', '-outform', 'DER'], {
      input: spkiOf(publicKey),
    });
    expect(pinOf(publicKey)).toBe(`sha256-${createHash('sha256').update(der).digest('base64url')}`);
  });

  it('comes back from its text, for many keys', () => {
    for (let seed = 0; seed < 200; seed++) {
      const pin = pinOf(keyFromSeed(Buffer.alloc(32, seed)).publicKey);
      expect(parsePin(pin)).toBe(pin);
    }
  });

  const good = pinOf(keyFromSeed(Buffer.alloc(32)).publicKey);
  it.each([
    ['empty', ''],
    ['of another hash', good.replace('sha256', 'sha512')],
    ['cut', good.slice(0, -1)],
    ['too long', `${good}A`],
    ['in ordinary base64', `${good.slice(0, 20)}+${good.slice(21)}`],
    ['with bits behind its end', `${good.slice(0, -1)}B`],
    ['with white space', ` ${good}`],
  ])('is refused when it is %s', (_name, text) => {
    expect(() => parsePin(text)).toThrow(expect.objectContaining({ code: 'TK-5003' }));
  });
});
