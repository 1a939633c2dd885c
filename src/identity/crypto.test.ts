import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeCrypto } from './crypto.ts';
import { keyFromSeed, makeKey } from './keys.ts';

const hex = (text: string) => Buffer.from(text, 'hex');

describe('nodeCrypto', () => {
  it('agrees with test 2 of RFC 8032 §7.1', () => {
    const key = keyFromSeed(hex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'));
    const signature = key.sign(hex('72'));
    expect(key.publicKey.toString('hex')).toBe('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
    expect(signature.toString('hex')).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
    expect(nodeCrypto.verify(key.publicKey, hex('72'), signature)).toBe(true);
  });

  it('refuses a signature in which any one bit was changed', () => {
    const key = makeKey();
    const message = Buffer.from('hello');
    const signature = key.sign(message);
    fc.assert(
      fc.property(fc.nat(64 * 8 - 1), (bit) => {
        const changed = Buffer.from(signature);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(nodeCrypto.verify(key.publicKey, message, changed)).toBe(false);
      }),
    );
  });

  it('answers false, and never throws, for keys and signatures of any length and content', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ maxLength: 80 }), (key, signature) => {
        expect(nodeCrypto.verify(Buffer.from(key), Buffer.from('m'), Buffer.from(signature))).toBe(false);
      }),
    );
  });

  it('hashes parts as if they were one', () => {
    const whole = createHash('sha256').update('abc').digest();
    expect(nodeCrypto.sha256(Buffer.from('a'), Buffer.alloc(0), Buffer.from('bc'))).toEqual(whole);
  });

  it('gives as many random bytes as asked for, and not the same twice', () => {
    expect(nodeCrypto.random(32)).toHaveLength(32);
    expect(nodeCrypto.random(32)).not.toEqual(nodeCrypto.random(32));
  });
});
