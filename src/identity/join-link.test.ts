import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TunnelError } from '../contract/errors.ts';
import { everythingShown, thrownBy } from './canary.testkit.ts';
import { formatJoinLink, parseJoinLink } from './join-link.ts';
import { makeKey } from './keys.ts';
import { pinOf } from './pin.ts';
import { makeToken } from './token.ts';

const token = makeToken();
const pin = pinOf(makeKey().publicKey);
const parameters = `token=${token.text}&pin=${pin}`;

describe('a join link', () => {
  it.each([
    ['gateway.example.com', 443, 'tk://gateway.example.com:443/?'],
    ['203.0.113.7', 8443, 'tk://203.0.113.7:8443/?'],
    ['2001:db8::7', 8443, 'tk://[2001:db8::7]:8443/?'],
  ])('of %s says host, port, token and pin, and comes back', (host, port, start) => {
    const text = formatJoinLink({ host, port, token, pin });
    expect(text).toBe(`${start}${parameters}`);
    const link = parseJoinLink(`\n ${text} `);
    expect(link).toMatchObject({ host, port, pin });
    expect(link.token.publicKey).toEqual(token.publicKey);
  });

  it('passes over parameters it does not know, and may lack the slash', () => {
    expect(parseJoinLink(`tk://h:1?v=2&${parameters}`)).toMatchObject({ host: 'h', port: 1 });
  });

  it('does not show the token when it is printed', () => {
    expect(everythingShown(parseJoinLink(`tk://h:1/?${parameters}`))).not.toContain(token.text.slice(4, 20));
  });

  it.each([
    ['another scheme', `https://h:1/?${parameters}`],
    ['no port', `tk://h/?${parameters}`],
    ['port 0', `tk://h:0/?${parameters}`],
    ['port 65536', `tk://h:65536/?${parameters}`],
    ['userinfo', `tk://u@h:1/?${parameters}`],
    ['a path', `tk://h:1/x?${parameters}`],
    ['a fragment', `tk://h:1/?${parameters}#x`],
    ['a wrong IPv6 address', `tk://[::g]:1/?${parameters}`],
    ['brackets around a name', `tk://[h]:1/?${parameters}`],
    ['no token', `tk://h:1/?pin=${pin}`],
    ['no pin', `tk://h:1/?token=${token.text}`],
    ['two tokens', `tk://h:1/?${parameters}&token=${token.text}`],
    ['a cut token', `tk://h:1/?token=${token.text.slice(0, -2)}&pin=${pin}`],
    ['the token in the place of the pin', `tk://h:1/?token=${token.text}&pin=${token.text}`],
    ['the token in the place of the host', `tk://${token.text}:0/?${parameters}`],
    ['a cut pin', `tk://h:1/?token=${token.text}&pin=${pin.slice(0, -3)}`],
  ])('with %s is refused without a word of the token', (_name, text) => {
    const error = thrownBy(() => parseJoinLink(text));
    expect(error).toMatchObject({ code: 'TK-5003' });
    expect(everythingShown(error)).not.toContain(token.text.slice(4, 20));
  });

  it('that was cut or changed anywhere gives a link or TK-5003, never another error', () => {
    const whole = formatJoinLink({ host: '2001:db8::7', port: 443, token, pin });
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(whole.length), fc.string({ maxLength: 3 }), (from, to, between) => {
        try {
          parseJoinLink(whole.slice(0, from) + between + whole.slice(to));
        } catch (error) {
          expect(error).toBeInstanceOf(TunnelError);
          expect(error).toMatchObject({ code: 'TK-5003' });
        }
      }),
    );
  });
});
