import { describe, expect, it } from 'vitest';
import { TransportError } from './error.ts';
import { parseProxy, proxyFor } from './proxy.ts';

const HTTPS_PROXY = 'http://proxy.example:3128';
const applies = (host: string, exceptions: string, port = 443) =>
  proxyFor({ host, port }, { HTTPS_PROXY, NO_PROXY: exceptions }) !== undefined;

describe('which proxy applies', () => {
  it('is none where the environment names none, or an empty one', () => {
    expect(proxyFor({ host: 'gate.example', port: 443 }, {})).toBeUndefined();
    expect(proxyFor({ host: 'gate.example', port: 443 }, { HTTPS_PROXY: '' })).toBeUndefined();
  });

  it('is read in either spelling', () => {
    const target = { host: 'gate.example', port: 443 };
    expect(proxyFor(target, { https_proxy: HTTPS_PROXY })?.host).toBe('proxy.example');
    expect(proxyFor(target, { HTTPS_PROXY, no_proxy: 'gate.example' })).toBeUndefined();
  });

  it.each([
    ['gate.example', '*', false],
    ['gate.example', 'gate.example', false],
    ['GATE.example.', 'gate.EXAMPLE', false],
    ['a.gate.example', 'gate.example', false],
    ['a.gate.example', '.gate.example', false],
    ['a.gate.example', '*.gate.example', false],
    ['notgate.example', 'gate.example', true],
    ['gate.example.org', 'gate.example', true],
    ['gate.example', 'other, \tgate.example', false],
    ['gate.example', 'gate.example:443', false],
    ['gate.example', 'gate.example:8443', true],
    ['gate.example', '.', true],
    ['192.0.2.7', '192.0.2.7', false],
    ['192.0.2.7', '192.0.2.7:443', false],
    ['192.0.2.7', '192.0.2.7:444', true],
    ['192.0.2.7', '192.0.2.0/24', false],
    ['192.0.3.7', '192.0.2.0/24', true],
    ['192.0.2.7', '192.0.2.0/33', true],
    ['gate.example', '192.0.2.0/24', true],
    ['2001:db8::7', '2001:db8::/32', false],
    ['2001:db8::7', '2001:DB8:0::7', false],
    ['2001:db8::7', '[2001:db8::7]:443', false],
    ['2001:db8::7', '[2001:db8::7]:80', true],
  ])('for %s with NO_PROXY=%s: %s', (host, exceptions, expected) => {
    expect(applies(host, exceptions)).toBe(expected);
  });

  it.each(['localhost', 'a.localhost', '127.0.0.1', '127.8.8.8', '::1'])('never is one for %s', (host) => {
    expect(applies(host, '')).toBe(false);
  });
});

describe('the URL of a proxy', () => {
  it('gives host, port and whether the hop is TLS', () => {
    expect(parseProxy('https://p.example')).toEqual({
      host: 'p.example',
      port: 443,
      secure: true,
      authorization: undefined,
    });
    expect(parseProxy('p.example:8080')).toMatchObject({ host: 'p.example', port: 8080, secure: false });
    expect(parseProxy('http://[2001:db8::1]')).toMatchObject({ host: '2001:db8::1', port: 80 });
  });

  it('gives credentials, percent-decoded, as Basic', () => {
    const { authorization } = parseProxy('http://j%40x:p%3Aw%2F%C3%A9@p.example:3128');
    expect(Buffer.from(authorization!.slice('Basic '.length), 'base64').toString()).toBe('j@x:p:w/é');
  });

  it.each([
    'socks5://u:hidden@p.example',
    'http://',
    'http://u:hidden@',
    'http://u:hidden%zz@p.example',
    'http://p:99999',
  ])('is refused without showing it: %s', (text) => {
    const failure = (() => {
      try {
        return parseProxy(text);
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toBeInstanceOf(TransportError);
    expect(failure).toMatchObject({ code: 'TK-4004', cause: 'refused' });
    expect(String(failure)).not.toMatch(/hidden|\n/);
  });
});
