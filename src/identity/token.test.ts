import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everythingShown, thrownBy } from './canary.testkit.ts';
import { nodeCrypto } from './crypto.ts';
import { makeToken, parseToken } from './token.ts';

describe('a token', () => {
  it('is tkt_ and 48 characters, never the same twice', () => {
    expect(makeToken().text).toMatch(/^tkt_[\w-]{48}$/);
    expect(makeToken().text).not.toBe(makeToken().text);
  });

  it('gives back the same key from its text, and signs with it', () => {
    const token = makeToken();
    const parsed = parseToken(`  ${token.text}\n`);
    expect(parsed.publicKey).toEqual(token.publicKey);
    expect(nodeCrypto.verify(token.publicKey, Buffer.from('m'), parsed.sign(Buffer.from('m')))).toBe(true);
  });

  it('does not show itself when printed, inspected, interpolated or serialised', () => {
    const token = makeToken();
    const shown = [everythingShown(token), everythingShown({ deep: [token] }), `${token}`, inspect([token])].join();
    expect(shown).toContain('tkt_…');
    expect(shown).not.toContain(token.text.slice(4, 20));
  });

  it('is refused after any change of one character, and the error does not hold it', () => {
    const { text } = makeToken();
    const characters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.,+/=é '];
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...characters), (at, character) => {
        fc.pre(text[at] !== character && !(character === ' ' && at === 0));
        const wrong = text.slice(0, at) + character + text.slice(at + 1);
        const error = thrownBy(() => parseToken(wrong));
        expect(error).toMatchObject({ code: 'TK-5007' });
        expect(everythingShown(error)).not.toContain(wrong.slice(10, 30));
      }),
    );
  });

  it.each(['', 'tkt_', 'sk_live_123'])('is refused when it is %j', (text) => {
    expect(() => parseToken(text)).toThrow(expect.objectContaining({ code: 'TK-5007' }));
  });

  it('is refused when it is cut or doubled', () => {
    const { text } = makeToken();
    for (const wrong of [text.slice(0, -1), text + text, `${text}A`]) {
      expect(() => parseToken(wrong)).toThrow(expect.objectContaining({ code: 'TK-5007' }));
    }
  });
});
