import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RequestHead } from '../contract/message.ts';
import { Networks } from '../router/networks.ts';
import { forwardedFields, originsOf, passesOf } from './forwarded.ts';

const PROXIES = new Networks(['10.0.0.0/8', 'fd00::/8']);
const NOBODY = new Networks([]);

function head(fields: readonly string[]): RequestHead {
  return {
    kind: 'request',
    method: 'GET',
    scheme: 'http',
    authority: 'shop.example',
    path: '/',
    fields,
    body: 'none',
    length: -1,
    upgrade: undefined,
    acceptsTrailers: false,
  };
}

/** What the origin would see of a field, joined as an origin joins it. */
function seen(fields: readonly string[], remote: string, trusted: Networks, name: string): string {
  const out = forwardedFields(head(fields), originsOf(head(fields), remote, trusted));
  return out.filter((_, i) => i % 2 === 1 && out[i - 1]?.toLowerCase() === name).join(' | ');
}

describe('the visitor is', () => {
  test.each([
    ['the peer, where nobody is trusted', NOBODY, '10.0.0.1', ['9.9.9.9'], '10.0.0.1', '10.0.0.1'],
    ['the peer, if it is no proxy', PROXIES, '7.7.7.7', ['9.9.9.9'], '7.7.7.7', '7.7.7.7'],
    ['the proxy, if it says nothing', PROXIES, '10.0.0.1', [], '10.0.0.1', '10.0.0.1'],
    ['whom one proxy names', PROXIES, '10.0.0.1', ['7.7.7.7'], '7.7.7.7', '7.7.7.7, 10.0.0.1'],
    [
      'the rightmost stranger',
      PROXIES,
      '10.0.0.1',
      ['9.9.9.9, 7.7.7.7, 10.0.0.2'],
      '7.7.7.7',
      '7.7.7.7, 10.0.0.2, 10.0.0.1',
    ],
    ['the same over several fields', PROXIES, '10.0.0.1', ['9.9.9.9', '7.7.7.7'], '7.7.7.7', '7.7.7.7, 10.0.0.1'],
    [
      'the leftmost, if all are proxies',
      PROXIES,
      '10.0.0.1',
      ['10.0.0.3, 10.0.0.2'],
      '10.0.0.3',
      '10.0.0.3, 10.0.0.2, 10.0.0.1',
    ],
    [
      'the last proxy before nonsense',
      PROXIES,
      '10.0.0.1',
      ['7.7.7.7, unknown, 10.0.0.2'],
      '10.0.0.2',
      '10.0.0.2, 10.0.0.1',
    ],
    ['told with a port', PROXIES, '10.0.0.1', ['7.7.7.7:99'], '7.7.7.7', '7.7.7.7, 10.0.0.1'],
    ['an IPv6 address', PROXIES, 'fd00::1', ['[2001:db8::1]:99'], '2001:db8::1', '2001:db8::1, fd00::1'],
  ] as const)('%s', (_title, trusted, remote, said, visitorIp, chain) => {
    const fields = said.flatMap((value) => ['X-Forwarded-For', value]);
    expect(originsOf(head(fields), remote, trusted).visitorIp).toBe(visitorIp);
    expect(seen(fields, remote, trusted, 'x-forwarded-for')).toBe(chain);
    expect(seen(fields, remote, trusted, 'x-real-ip')).toBe(visitorIp);
  });

  test('over 0 to 4 hops, trusted and not in any order, who a trusted chain from the right leads to (X37)', () => {
    const STRANGERS = ['7.7.7.1', '7.7.7.2', '7.7.7.3', '7.7.7.4', '7.7.7.5'];
    for (let hops = 0; hops <= 4; hops += 1)
      for (let mask = 0; mask < 2 ** (hops + 1); mask += 1) {
        // The peer first, then the hops behind it, nearest first: a set bit is a proxy of ours.
        const way = STRANGERS.slice(0, hops + 1).map((ip, i) => ((mask >> i) & 1 ? `10.0.0.${i + 1}` : ip));
        const [peer, ...behind] = way as [string, ...string[]];
        const fields = behind.length === 0 ? [] : ['X-Forwarded-For', behind.toReversed().join(', ')];
        const first = way.findIndex((ip) => !PROXIES.has(ip));
        const visitor = way[first < 0 ? hops : first];
        expect([way, originsOf(head(fields), peer, PROXIES).visitorIp]).toEqual([way, visitor]);
      }
  });

  test('never one that a stranger chose, however it spells it', () => {
    const claim = fc.tuple(
      fc.constantFrom(
        'X-Forwarded-For',
        'x-FORWARDED-for',
        'X-Real-Ip',
        'Forwarded',
        'True-Client-IP',
        'X-Forwarded-Proto',
      ),
      fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('', ',', '"', 'for=1.2.3.4', '10.0.0.1, 10.0.0.1')),
    );
    fc.assert(
      fc.property(fc.array(claim, { maxLength: 5 }), (claims) => {
        const fields = claims.flat();
        expect(forwardedFields(head(fields), originsOf(head(fields), '7.7.7.7', PROXIES))).toEqual([
          ...['X-Forwarded-For', '7.7.7.7', 'X-Forwarded-Proto', 'http', 'X-Real-IP', '7.7.7.7'],
          ...['X-Forwarded-Host', 'shop.example'],
          ...['Forwarded', 'for=7.7.7.7;host="shop.example";proto=http', 'Via', '1.1 tunnelkit'],
        ]);
      }),
    );
  });
});

describe('forwarded fields', () => {
  test('other fields stay as they came, in order', () => {
    const fields = ['Cookie', 'a=1', 'X-Other', '1', 'cookie', 'b=2'];
    expect(forwardedFields(head(fields), originsOf(head(fields), '7.7.7.7', NOBODY)).slice(0, 6)).toEqual(fields);
  });

  test('scheme and host count from a trusted proxy only', () => {
    const fields = ['X-Forwarded-Proto', 'https', 'X-Forwarded-Host', 'public.example'];
    expect(seen(fields, '10.0.0.1', PROXIES, 'x-forwarded-proto')).toBe('https');
    expect(seen(fields, '10.0.0.1', PROXIES, 'x-forwarded-host')).toBe('public.example');
    expect(seen(fields, '7.7.7.7', PROXIES, 'x-forwarded-proto')).toBe('http');
    expect(seen(fields, '7.7.7.7', PROXIES, 'x-forwarded-host')).toBe('shop.example');
  });

  test('a scheme that is none does not pass', () => {
    expect(seen(['X-Forwarded-Proto', 'gopher'], '10.0.0.1', PROXIES, 'x-forwarded-proto')).toBe('http');
  });

  test('Forwarded quotes IPv6 and names each hop', () => {
    expect(seen(['X-Forwarded-For', '2001:db8::1'], '10.0.0.1', PROXIES, 'forwarded')).toBe(
      'for="[2001:db8::1]";host="shop.example";proto=http, for=10.0.0.1',
    );
  });

  test.each([
    ['OPTIONS', '5', '4'],
    ['OPTIONS', '1', '0'],
    ['OPTIONS', 'x', 'x'],
    ['GET', '5', '5'],
  ])('%s with Max-Forwards: %s passes with %s', (method, before, after) => {
    const asked = { ...head(['Max-Forwards', before]), method };
    expect(forwardedFields(asked, originsOf(asked, '7.7.7.7', NOBODY)).slice(0, 2)).toEqual(['Max-Forwards', after]);
  });

  test('Via keeps who was before us, and counts us', () => {
    const fields = ['Via', '1.0 fred', 'Via', '1.1 tunnelkit, 1.1 tunnelkit'];
    expect(seen(fields, '7.7.7.7', NOBODY, 'via')).toBe('1.0 fred, 1.1 tunnelkit, 1.1 tunnelkit, 1.1 tunnelkit');
    expect(passesOf(fields)).toBe(2);
    expect(passesOf(['Via', '1.1 tunnelkitten, 1.1 x (tunnelkit)'])).toBe(0);
  });
});
