import { describe, expect, test } from 'vitest';
import type { Policy, Verdict } from '../contract/policy.ts';
import { STREAM_CODE } from '../contract/stream.ts';
import { Away } from './gate.testkit.ts';
import { fieldOf, get, response, Visitors } from './visitors.testkit.ts';

const host = (name: string) => `GET / HTTP/1.1\r\nHost: ${name}\r\n\r\n`;

function policy(verdict: Verdict): Policy {
  return { name: 'test', decide: () => verdict };
}

describe('routes', () => {
  test.each(['shop.example', 'SHOP.example', 'shop.example.', 'shop.example:8080', 'shop.example:'])(
    'Host %s leads to the same exposure (P21)',
    async (name) => {
      const world = await Visitors.open();
      world.visit(host(name));
      expect(world.test.visits).toEqual([]);
      expect(world.opened).toHaveLength(1);
    },
  );

  test.each(['other.example', '__proto__', 'constructor', '10.0.0.1', 'shop.example.evil'])(
    'Host %s is unknown: 404, and nothing is opened (S11)',
    async (name) => {
      const world = await Visitors.open();
      const visitor = world.visit(host(name));
      expect(visitor.heard).toMatch(
        /^HTTP\/1\.1 404 .*Proxy-Status: tunnelkit; error=destination_not_found; details="TK-3001"/s,
      );
      expect([visitor.end, world.opened.length]).toEqual(['open', 0]);
    },
  );

  test('HTTP/1.0 without Host is 404 (P18)', async () => {
    const world = await Visitors.open();
    expect(world.visit('GET / HTTP/1.0\r\n\r\n').heard).toMatch(/^HTTP\/1\.1 404 /);
  });

  test.each([
    'CONNECT shop.example:80 HTTP/1.1\r\nHost: shop.example\r\n\r\n',
    'TRACE / HTTP/1.1\r\nHost: shop.example\r\n\r\n',
  ])('%j is 405 and opens nothing (P25, P26)', async (text) => {
    const world = await Visitors.open();
    const visitor = world.visit(text);
    expect(visitor.heard).toMatch(/^HTTP\/1\.1 405 .*Allow: GET/s);
    expect(world.opened).toHaveLength(0);
  });

  test('the authority of an absolute target wins over Host (P22)', async () => {
    const world = await Visitors.open();
    world.visit('GET http://shop.example/a HTTP/1.1\r\nHost: other.example\r\n\r\n');
    expect(world.last.request).toMatchObject({ authority: 'shop.example', path: '/a' });
  });

  test('OPTIONS whose last hop is here is answered here (P26), others go on', async () => {
    const world = await Visitors.open();
    const visitor = world.visit('OPTIONS * HTTP/1.1\r\nHost: shop.example\r\nMax-Forwards: 0\r\n\r\n');
    expect(visitor.heard).toMatch(/^HTTP\/1\.1 204 .*Allow: GET/s);
    visitor.send('OPTIONS * HTTP/1.1\r\nHost: shop.example\r\n\r\n');
    world.reactor.run();
    expect(world.last.request).toMatchObject({ method: 'OPTIONS', path: '*' });
  });

  test('a request that went through us eight times is stopped (P71)', async () => {
    const world = await Visitors.open();
    const via = (times: number) => `Via: ${Array(times).fill('1.1 tunnelkit').join(', ')}`;
    expect(world.visit(get(via(8))).heard).toMatch(/^HTTP\/1\.1 508 .*TK-3010/s);
    world.visit(get(via(7)));
    expect(world.opened).toHaveLength(1);
  });

  test('a port of one exposure leads there whatever the host', async () => {
    const world = await Visitors.open();
    world.fixed = world.destination();
    for (const name of ['anything.example', '10.0.0.1:20000']) world.visit(host(name), 'fixed');
    expect(world.opened).toHaveLength(2);
  });

  test('plain HTTP is redirected where URLs are https, except behind a proxy that spoke https (308)', async () => {
    const redirect = (name: string) => `https://${name}:8443`;
    const world = await Visitors.open({}, { redirect, trustedProxies: ['127.0.0.0/8'] });
    const visitor = world.visit('POST /a?b=1 HTTP/1.1\r\nHost: shop.example:8080\r\nContent-Length: 0\r\n\r\n');
    expect(visitor.heard).toMatch(/^HTTP\/1\.1 308 .*Location: https:\/\/shop\.example:8443\/a\?b=1\r\n/s);
    expect(world.visit(host('other.example')).heard).toMatch(/^HTTP\/1\.1 404 /);
    world.visit(get('X-Forwarded-Proto: https'));
    world.visit('OPTIONS * HTTP/1.1\r\nHost: shop.example\r\n\r\n');
    world.visit(get(), 'secure');
    expect(world.opened).toHaveLength(3);
    expect(world.last.request.scheme).toBe('https');
  });

  test('a challenge of ours is answered for any host, before any redirect; others go where the host leads', async () => {
    const challenge = (token: string) => (token === 'ours' ? 'ours.thumbprint' : undefined);
    const world = await Visitors.open({}, { challenge, redirect: (name) => `https://${name}` });
    const asked = (token: string, name: string) =>
      `GET /.well-known/acme-challenge/${token} HTTP/1.1\r\nHost: ${name}\r\n\r\n`;
    for (const name of ['shop.example', 'nobody.example'])
      expect(world.visit(asked('ours', name)).heard).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\n\r\nours\.thumbprint$/);
    expect(world.visit(asked('another', 'shop.example')).heard).toMatch(/^HTTP\/1\.1 308 /);
    expect(world.visit(asked('another', 'nobody.example')).heard).toMatch(/^HTTP\/1\.1 404 /);
    world.visit(asked('ours', 'shop.example'), 'secure');
    expect(world.last.request.path).toBe('/.well-known/acme-challenge/ours');
  });

  test('another host on a TLS connection is 421 unless the certificate covers it (P100)', async () => {
    const world = await Visitors.open({}, { covers: (_, name) => name === 'blog.example' });
    world.expose('blog.example');
    world.expose('secret.example');
    expect(world.visit(host('secret.example'), 'secure').heard).toMatch(/^HTTP\/1\.1 421 .*TK-3011/s);
    world.visit(host('blog.example'), 'secure');
    world.visit(host('SHOP.example'), 'secure');
    expect(world.opened).toHaveLength(2);
  });
});

describe('away', () => {
  test('a visit is held until the agent is back', async () => {
    const world = await Visitors.open();
    const away = new Away();
    world.test.table.set('shop.example', away);
    const visitor = world.visit(get());
    world.reactor.advance(1_500);
    away.arrive(world.destination());
    world.reactor.run();
    world.answer();
    expect(visitor.heard).toContain('\r\n\r\nok');
  });

  test('a visit that waited in vain is 503 with Retry-After', async () => {
    const world = await Visitors.open({ agentHoldMs: 2_000 });
    world.test.table.set('shop.example', new Away());
    const visitor = world.visit(get('Accept: application/json'));
    world.reactor.advance(1_999);
    expect(visitor.heard).toBe('');
    world.reactor.advance(1);
    expect(visitor.heard).toMatch(/^HTTP\/1\.1 503 .*Retry-After: 2\r\n.*"code":"TK-3002"/s);
    expect(visitor.end).toBe('open');
  });

  test('a visitor that leaves meanwhile is forgotten', async () => {
    const world = await Visitors.open();
    const away = new Away();
    world.test.table.set('shop.example', away);
    world.visit(get()).pipe.reset();
    world.reactor.run();
    expect([away.waiting, world.test.gate.holds.held, world.test.gate.visitors]).toEqual([0, 0, 0]);
  });

  test('as many as the bound are held and not one more', async () => {
    const world = await Visitors.open({ visitsHeld: 2 });
    world.test.table.set('shop.example', new Away());
    const visitors = [world.visit(get()), world.visit(get()), world.visit(get())];
    expect(visitors.map((visitor) => visitor.heard.slice(9, 12))).toEqual(['', '', '503']);
  });

  test('a request held with its body loses nothing of it', async () => {
    const world = await Visitors.open();
    const away = new Away();
    world.test.table.set('shop.example', away);
    world.visit('POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 6\r\n\r\nabcdef');
    away.arrive(world.destination());
    world.reactor.run();
    expect(world.last.stream.body).toBe('abcdef');
  });
});

describe('policies', () => {
  test('an answer ends the visit with its fields, before anything is opened (X21)', async () => {
    const world = await Visitors.open();
    const refuse = policy({ kind: 'answer', code: 'TK-1009', fields: ['WWW-Authenticate', 'Basic realm="x"'] });
    world.expose('shop.example', [policy({ kind: 'pass' }), refuse]);
    for (const text of [get(), 'GET http://shop.example/ HTTP/1.1\r\nHost: x\r\nAuthorization: Basic eDp5\r\n\r\n']) {
      expect(world.visit(text).heard).toMatch(/^HTTP\/1\.1 401 .*WWW-Authenticate: Basic realm="x"\r\n/s);
    }
    expect(world.opened).toHaveLength(0);
  });

  test('a visit is parked until its policy has decided', async () => {
    const world = await Visitors.open();
    const first = Promise.withResolvers<Verdict>();
    world.expose('shop.example', [policy({ kind: 'park', until: first.promise }), policy({ kind: 'pass' })]);
    world.visit(get());
    expect(world.opened).toHaveLength(0);
    first.resolve({ kind: 'pass' });
    await world.settled();
    expect(world.opened).toHaveLength(1);
  });

  test('those behind one that parks decide, too', async () => {
    const world = await Visitors.open();
    const until = Promise.resolve<Verdict>({ kind: 'pass' });
    world.expose('shop.example', [policy({ kind: 'park', until }), policy({ kind: 'answer', code: 'TK-1010' })]);
    const visitor = world.visit(get());
    await world.settled();
    expect([visitor.heard.slice(9, 12), world.opened.length]).toEqual(['403', 0]);
  });

  test('a policy that fails is a defect of ours: 500', async () => {
    const world = await Visitors.open();
    world.expose('shop.example', [policy({ kind: 'park', until: Promise.reject(new Error('x')) })]);
    const visitor = world.visit(get());
    await world.settled();
    expect(visitor.heard).toMatch(/^HTTP\/1\.1 500 .*TK-9001/s);
    expect(world.test.faults).toHaveLength(1);
  });

  test('a visitor that left is not let in afterwards', async () => {
    const world = await Visitors.open();
    const first = Promise.withResolvers<Verdict>();
    world.expose('shop.example', [policy({ kind: 'park', until: first.promise })]);
    world.visit(get()).pipe.reset();
    world.reactor.run();
    first.resolve({ kind: 'pass' });
    await world.settled();
    expect(world.opened).toHaveLength(0);
  });
});

describe('streams that end without a response', () => {
  test.each([
    [STREAM_CODE.originRefused, 502, 'TK-2001'],
    [STREAM_CODE.originConnectTimeout, 504, 'TK-2003'],
    [STREAM_CODE.originMalformed, 502, 'TK-2006'],
    [STREAM_CODE.originTimeout, 504, 'TK-2007'],
    [STREAM_CODE.memory, 503, 'TK-3015'],
    [STREAM_CODE.internal, 500, 'TK-9001'],
  ])('code %i is answered %i %s', async (code, status, tk) => {
    const world = await Visitors.open();
    const visitor = world.visit(get());
    world.last.stream.reset(code);
    world.reactor.run();
    expect(visitor.heard).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*${tk}`, 's'));
    expect(world.test.visits).toMatchObject([{ status, code: tk, whole: true }]);
    expect(visitor.end).toBe('open');
  });

  test('HEAD gets the status without the page', async () => {
    const world = await Visitors.open();
    const visitor = world.visit('HEAD / HTTP/1.1\r\nHost: shop.example\r\n\r\n');
    world.last.stream.reset(STREAM_CODE.originRefused);
    world.reactor.run();
    expect(visitor.heard).toMatch(/^HTTP\/1\.1 502 .*\r\n\r\n$/s);
  });

  test('nothing can be opened: 503', async () => {
    const world = await Visitors.open();
    world.test.table.set('shop.example', { ...world.destination(), opener: { open: () => undefined } });
    expect(world.visit(get()).heard).toMatch(/^HTTP\/1\.1 503 .*TK-3015/s);
  });

  test('a lost session is 502 at once where no agent is connected', async () => {
    const world = await Visitors.open();
    const visitor = world.visit(get());
    world.test.table.set('shop.example', new Away());
    world.last.stream.reset(STREAM_CODE.sessionLost);
    world.reactor.run();
    expect(visitor.heard).toMatch(/^HTTP\/1\.1 502 .*TK-3003/s);
  });

  test('a GET is tried once more on the agent that is connected now, and never a third time (I4)', async () => {
    const world = await Visitors.open();
    const visitor = world.visit(get());
    world.last.stream.reset(STREAM_CODE.sessionLost);
    world.reactor.run();
    expect(world.opened).toHaveLength(2);
    world.last.stream.reset(STREAM_CODE.sessionLost);
    world.reactor.run();
    expect(visitor.heard).toMatch(/^HTTP\/1\.1 502 .*TK-3003/s);
    visitor.send(get());
    world.reactor.run();
    world.answer();
    expect(visitor.heard).toContain('\r\n\r\nok');
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH'])('%s is never sent twice (I4)', async (method) => {
    const world = await Visitors.open();
    for (const length of ['', 'Content-Length: 0\r\n']) {
      const before = world.opened.length;
      const visitor = world.visit(`${method} / HTTP/1.1\r\nHost: shop.example\r\n${length}\r\n`);
      world.last.stream.reset(STREAM_CODE.sessionLost);
      world.reactor.run();
      expect([visitor.heard.slice(9, 12), world.opened.length - before]).toEqual(['502', 1]);
    }
  });

  test('a GET with a body, and an upgrade, are never sent twice', async () => {
    const world = await Visitors.open();
    for (const text of [`${get('Content-Length: 1')}x`, get('Connection: upgrade', 'Upgrade: websocket')]) {
      const before = world.opened.length;
      const visitor = world.visit(text);
      world.last.stream.reset(STREAM_CODE.sessionLost);
      world.reactor.run();
      expect([visitor.heard.slice(9, 12), world.opened.length - before]).toEqual(['502', 1]);
    }
  });

  test('interim responses alone do not count as an answer (P63)', async () => {
    const world = await Visitors.open();
    const visitor = world.visit(get());
    world.last.stream.head(response(103, 'none', -1, { fields: ['Link', '</a>; rel=preload'] }));
    world.last.stream.reset(STREAM_CODE.originReset);
    world.reactor.run();
    expect(visitor.heard).toMatch(/^HTTP\/1\.1 103 .*\r\n\r\nHTTP\/1\.1 502 .*TK-2005/s);
  });
});

describe('what the origin is told', () => {
  test('ours stands in the place of what the visitor claims, also when it is nominated for removal (P70, X26)', async () => {
    const world = await Visitors.open();
    world.address = '192.0.2.9';
    world.visit(
      get(
        'X-Forwarded-For: 1.2.3.4',
        'X_Forwarded_For: 1.2.3.4',
        'X-Real-IP: 1.2.3.4',
        'Connection: X-Forwarded-For, X-Real-IP, Host',
      ),
    );
    const { fields, authority } = world.last.request;
    expect(fieldOf(fields, 'x-forwarded-for')).toBe('192.0.2.9');
    expect(fieldOf(fields, 'x-real-ip')).toBe('192.0.2.9');
    expect([fields.includes('1.2.3.4'), authority]).toEqual([false, 'shop.example']);
    expect(world.last.head.visitor).toMatch(/^192\.0\.2\.9:\d+$/);
  });

  test('a trusted proxy is believed, for the stream and the log too', async () => {
    const world = await Visitors.open({}, { trustedProxies: ['10.0.0.0/8'] });
    world.address = '10.0.0.1';
    world.visit(get('X-Forwarded-For: 2001:db8::7'));
    expect(world.last.head.visitor).toBe('[2001:db8::7]:0');
    world.answer();
    expect(world.test.visits).toMatchObject([
      { visitorIp: '2001:db8::7', host: 'shop.example', path: '/', status: 200 },
    ]);
  });
});
