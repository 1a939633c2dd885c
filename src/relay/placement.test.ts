import { describe, expect, test } from 'vitest';
import { type Asker, type Grounds, place } from './placement.ts';

const PLAIN: Grounds = {
  domain: undefined,
  publicHost: undefined,
  httpPort: 8080,
  httpsPort: 8443,
  trusts: () => false,
  outlook: () => ({}),
};
const LOCAL: Asker = { local: true, dialled: '127.0.0.1' };
const REMOTE: Asker = { local: false, dialled: '203.0.113.7' };
const WEB = { kind: 'http', name: undefined, port: undefined } as const;
const RAW = { kind: 'tcp', name: undefined, port: undefined } as const;

/** The URL with `web` for a name and 20001 for a port. */
function urlOf(grounds: Partial<Grounds>, asked: Parameters<typeof place>[1], asker: Asker): string {
  const placement = place({ ...PLAIN, ...grounds }, asked, asker);
  return placement.by === 'name' ? placement.url('web') : placement.url(20_001);
}

describe('placement', () => {
  test.each([
    ['an agent of this machine gets a name under localhost', {}, WEB, LOCAL, 'http://web.localhost:8080'],
    ['an agent of another machine gets a port without a domain', {}, WEB, REMOTE, 'http://203.0.113.7:20001'],
    ['--public-host stands in URLs by port', { publicHost: 'vps.example' }, WEB, REMOTE, 'http://vps.example:20001'],
    ['IPv6 addresses are bracketed', {}, WEB, { local: false, dialled: '2001:db8::1' }, 'http://[2001:db8::1]:20001'],
    ['a domain gives names to everybody', { domain: 'ex.org' }, WEB, REMOTE, 'http://web.ex.org:8080'],
    [
      'trusted certificates make https URLs',
      { domain: 'ex.org', trusts: (host: string) => host === 'web.ex.org' },
      WEB,
      REMOTE,
      'https://web.ex.org:8443',
    ],
    ['443 is not spelled', { domain: 'ex.org', trusts: () => true, httpsPort: 443 }, WEB, REMOTE, 'https://web.ex.org'],
    ['80 is not spelled', { domain: 'ex.org', httpPort: 80 }, WEB, REMOTE, 'http://web.ex.org'],
    [
      'without plain HTTP the URL is https',
      { domain: 'ex.org', httpPort: undefined },
      WEB,
      LOCAL,
      'https://web.ex.org:8443',
    ],
    ['TCP goes by port', { domain: 'ex.org' }, RAW, REMOTE, 'tcp://ex.org:20001'],
    ['TCP of this machine goes to the address dialled', {}, RAW, LOCAL, 'tcp://127.0.0.1:20001'],
    [
      'HTTP that asks for a port and no name gets the port',
      { domain: 'ex.org' },
      { ...WEB, port: 20_001 },
      LOCAL,
      'http://ex.org:20001',
    ],
    ['a name wins over a port', {}, { ...WEB, name: 'web', port: 20_001 }, LOCAL, 'http://web.localhost:8080'],
  ] as const)('%s', (_title, grounds, asked, asker, url) => {
    expect(urlOf(grounds, asked, asker)).toBe(url);
  });

  test('a placement by name says the host that visitors send', () => {
    const placement = place({ ...PLAIN, domain: 'ex.org' }, WEB, REMOTE);
    expect(placement.by === 'name' && placement.host('web')).toBe('web.ex.org');
  });
});
