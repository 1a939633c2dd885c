import { describe, expect, it } from 'vitest';
import { unobtainable } from './zones.ts';

const publicly = { isPublic: true };
const privately = { isPublic: false };

describe('a domain', () => {
  it.each([
    'example.com',
    'a.example.com',
    '203.0.113.7.sslip.io',
    'test.de',
    'mylocalhost.dev',
    'xn--bcher-kva.example.org',
  ])('%s can have certificates', (host) => {
    expect(unobtainable(host, publicly)).toBeUndefined();
    expect(unobtainable(host, privately)).toBeUndefined();
  });

  it.each(['127.0.0.1', '203.0.113.7', '::1', '[2001:db8::1]'])(
    '%s is an address: no certificates by HTTP-01',
    (host) => {
      expect(unobtainable(host, publicly)).toBe(`${host} is an address`);
      expect(unobtainable(host, privately)).toBe(`${host} is an address`);
    },
  );

  it.each(['localhost', 'app.localhost', 'gateway.invalid', 'x.onion'])(
    '%s leads nowhere: no authority can look there',
    (host) => {
      expect(unobtainable(host, privately)).toMatch(/ is not in the public DNS$/);
    },
  );

  it.each(['gw.test', 'nas.local', 'gw.internal', 'home.lan', 'a.home.arpa'])(
    '%s has certificates of a private authority only',
    (host) => {
      expect(unobtainable(host, publicly)).toContain('is not in the public DNS');
      expect(unobtainable(host, privately)).toBeUndefined();
    },
  );
});
