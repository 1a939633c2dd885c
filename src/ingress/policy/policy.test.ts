import { describe, expect, test } from 'vitest';
import type { ExposureRequest } from '../../contract/exposure.ts';
import { limitValues } from '../../contract/limits.ts';
import type { RequestHead } from '../../contract/message.ts';
import type { Policy, Visit } from '../../contract/policy.ts';
import { VirtualClock } from '../../pipe/memory/clock.ts';
import { FailedTries } from '../../router/failed-tries.ts';
import { policiesFor as compile } from './index.ts';

const OPEN: ExposureRequest = {
  id: 1,
  kind: 'http',
  target: '3000',
  name: undefined,
  port: undefined,
  auth: undefined,
  allowIp: [],
  takeOver: false,
  pool: false,
};

/** Each with a table of tries of its own. */
const policiesFor = (request: ExposureRequest, clock = new VirtualClock()) =>
  compile(request, new FailedTries(clock, limitValues(), () => {}));

function visit(fields: readonly string[] = [], visitorIp = '192.0.2.1', path = '/'): Visit {
  return {
    head: { kind: 'request', fields, path } as unknown as RequestHead,
    host: 'shop.example',
    remote: { host: '10.0.0.1', port: 1 },
    visitorIp,
  };
}

/** `pass`, or the code of the first policy that does not let the visit pass. */
function verdict(policies: readonly Policy[], of: Visit): string {
  for (const policy of policies) {
    const said = policy.decide(of);
    if (said.kind !== 'pass') return said.kind === 'answer' ? said.code : said.kind;
  }
  return 'pass';
}

function basic(userPass: string): string[] {
  return ['Authorization', `Basic ${Buffer.from(userPass).toString('base64')}`];
}

test('an exposure without protection has no policy', () => {
  expect(policiesFor(OPEN)).toEqual([]);
});

describe('allow-ip', () => {
  const policies = policiesFor({ ...OPEN, allowIp: ['192.0.2.0/24', '2001:db8::/32'] });

  test.each([
    ['192.0.2.255', 'pass'],
    ['192.0.3.0', 'TK-1010'],
    ['2001:db8::9', 'pass'],
    ['2001:db9::9', 'TK-1010'],
    ['::ffff:192.0.2.7', 'pass'],
    ['nonsense', 'TK-1010'],
  ])('%s: %s', (ip, expected) => {
    expect(verdict(policies, visit([], ip))).toBe(expected);
  });

  test('looks at the visitor and not at the peer', () => {
    expect(verdict(policiesFor({ ...OPEN, allowIp: ['10.0.0.0/8'] }), visit())).toBe('TK-1010');
  });

  test.each([['nonsense'], ['192.0.2.1/24'], ['192.0.2.0/33']])('%s is refused when it is exposed', (text) => {
    expect(() => policiesFor({ ...OPEN, allowIp: [text] })).toThrow('TK-5002');
  });
});

describe('basic auth', () => {
  const policies = policiesFor({ ...OPEN, auth: 'ann:s:ä' });

  test.each([
    ['the right user and password', basic('ann:s:ä'), 'pass'],
    ['the scheme in any case', ['authorization', basic('ann:s:ä')[1]?.replace('Basic', 'bAsIc') ?? ''], 'pass'],
    ['a wrong password', basic('ann:s:a'), 'TK-1009'],
    ['a prefix', basic('ann:s'), 'TK-1009'],
    ['nothing', [], 'TK-1009'],
    ['an empty value', ['Authorization', ''], 'TK-1009'],
    ['another scheme', ['Authorization', 'Bearer abc'], 'TK-1009'],
    ['the field twice', [...basic('ann:s:ä'), ...basic('ann:s:ä')], 'TK-1009'],
    ['the other field', ['Proxy-Authorization', basic('ann:s:ä')[1] ?? ''], 'TK-1009'],
  ])('%s', (_title, fields, expected) => {
    expect(verdict(policies, visit(fields))).toBe(expected);
  });

  test('ten wrong passwords in a minute make their address wait for one, the right password too; others do not', () => {
    const clock = new VirtualClock();
    const guarded = policiesFor({ ...OPEN, auth: 'a:b' }, clock);
    const asked = (password: string, ip = '192.0.2.1') => verdict(guarded, visit(basic(`a:${password}`), ip));
    for (let n = 0; n < 10; n++) expect([asked('b'), asked(`wrong ${n}`)]).toEqual(['pass', 'TK-1009']);
    clock.advance(500);
    expect([asked('wrong'), asked('b'), asked('b', '192.0.2.2')]).toEqual(['TK-1017', 'TK-1017', 'pass']);
    expect(guarded.at(-1)?.decide(visit(basic('a:b')))).toEqual({
      ...{ kind: 'answer', code: 'TK-1017', limit: 'authFailuresPerMinute' },
      fields: ['Retry-After', '60'],
    });
    clock.advance(59_500);
    expect(asked('b')).toBe('pass');
  });

  test('giving none, or something else than a password, is no try', () => {
    const guarded = policiesFor({ ...OPEN, auth: 'a:b' });
    const others = [[], ['Authorization', 'Bearer x'], ['Authorization', 'Basic'], [...basic('a:c'), ...basic('a:d')]];
    for (let n = 0; n < 20; n++) expect(others.map((fields) => verdict(guarded, visit(fields)))).not.toContain('pass');
    expect(verdict(guarded, visit(basic('a:b')))).toBe('pass');
  });

  test('the refusal asks for credentials', () => {
    expect(policies.at(-1)?.decide(visit())).toMatchObject({
      fields: ['WWW-Authenticate', expect.stringMatching(/^Basic /)],
    });
  });

  test.each(['', 'ann', ':pass', 'ann:'])('%j is no user and password', (auth) => {
    expect(() => policiesFor({ ...OPEN, auth })).toThrow('TK-5002');
  });

  test('TCP cannot ask for a password, so it is refused when it is exposed', () => {
    expect(() => policiesFor({ ...OPEN, kind: 'tcp', auth: 'a:b' })).toThrow('TK-5002');
  });

  test('nobody outside the networks may try passwords', () => {
    const both = policiesFor({ ...OPEN, auth: 'a:b', allowIp: ['10.0.0.0/8'] });
    expect(verdict(both, visit(basic('a:b')))).toBe('TK-1010');
  });
});

describe('paths of protected exposures', () => {
  const policies = policiesFor({ ...OPEN, auth: 'a:b' });

  test.each([
    ['/a%2Fb', 'TK-3017'],
    ['/a%5cb', 'TK-3017'],
    ['/%2e%2e/admin', 'TK-3017'],
    ['/a%00', 'TK-3017'],
    ['//admin', 'TK-3017'],
    ['/a;x/b', 'TK-3017'],
    ['/./admin', 'TK-3017'],
    ['/a/../admin', 'TK-3017'],
    ['/a/..', 'TK-3017'],
    ['/a\\b', 'TK-3017'],
    ['/a%20b?next=%2Fhome//;x', 'pass'],
    ['/.well-known/a..b/...', 'pass'],
  ])('%s: %s', (path, expected) => {
    expect(verdict(policies, visit(basic('a:b'), '192.0.2.1', path))).toBe(expected);
  });

  test('open exposures take any path', () => {
    expect(verdict(policiesFor(OPEN), visit([], '192.0.2.1', '/a%2Fb'))).toBe('pass');
  });
});
