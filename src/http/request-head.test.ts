import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS, parseRequest, request, withFields } from './heads.testkit.ts';
import { RequestHeadParser } from './request-head.ts';

const fieldsOf = (...lines: string[]) => request(withFields(...lines)).head.fields;

test('an ordinary request becomes a head', () => {
  const text =
    'POST /a?b=c HTTP/1.1\r\nHost: Example.com:80\r\nUser-Agent: x\r\ncontent-length: 3\r\nAccept:\t*/* \r\n\r\n';
  expect(request(`${text}abc`)).toEqual({
    kind: 'request',
    bytes: text.length,
    version: 11,
    keepAlive: true,
    expectContinue: false,
    head: {
      kind: 'request',
      method: 'POST',
      scheme: 'http',
      authority: 'Example.com:80',
      path: '/a?b=c',
      fields: ['User-Agent', 'x', 'Accept', '*/*'],
      body: 'length',
      length: 3,
      upgrade: undefined,
      acceptsTrailers: false,
    },
  });
});

describe('bounds hold exactly', () => {
  const line = (bytes: number) => `GET /${'a'.repeat(bytes - 'GET / HTTP/1.1'.length)} HTTP/1.1\r\nHost: a\r\n\r\n`;
  const head = (bytes: number) => withFields(`X: ${'a'.repeat(bytes - withFields('X: ').length)}`);
  test.each([
    ['a request line of 8192 bytes', line(8_192), 'request'],
    ['one of 8193', line(8_193), 'refused'],
    ['a head of 16384 bytes', head(16_384), 'request'],
    ['one of 16385', head(16_385), 'refused'],
    ['100 fields', withFields(...new Array(99).fill('a:')), 'request'],
    ['101 fields', withFields(...new Array(100).fill('a:')), 'refused'],
  ])('%s', (_what, text, kind) => {
    expect(parseRequest(text)?.kind).toBe(kind);
    expect(parseRequest(text, 'http', [1, 8_191, 8_192, 8_193, 8_194, 16_382, 16_383])?.kind).toBe(kind);
  });
});

describe('where the request goes', () => {
  test.each([
    ['GET http://b.example:81/p?q HTTP/1.1', 'b.example:81', '/p?q'],
    ['GET HTTP://b HTTP/1.1', 'b', '/'],
    ['GET http://b?q HTTP/1.1', 'b', '/?q'],
    ['OPTIONS http://b HTTP/1.1', 'b', '*'],
    ['OPTIONS * HTTP/1.1', 'a', '*'],
    ['GET //x HTTP/1.1', 'a', '//x'],
    ['GET /%2e%2e/%00;x?a=|{}"<>\\^` HTTP/1.1', 'a', '/%2e%2e/%00;x?a=|{}"<>\\^`'],
  ])('P22, P24, P34: %s', (line, authority, path) => {
    expect(request(`${line}\r\nHost: a\r\n\r\n`).head).toMatchObject({ authority, path });
  });

  test('over TLS, https is the scheme of an absolute target', () => {
    const text = 'GET https://b/ HTTP/1.1\r\nHost: a\r\n\r\n';
    expect(request(text, 'https').head).toMatchObject({ scheme: 'https', authority: 'b' });
  });

  test('HTTP/1.0 needs no Host', () => {
    expect(request('GET / HTTP/1.0\r\n\r\n')).toMatchObject({ version: 10, keepAlive: false, head: { authority: '' } });
  });

  test.each(['example.com:', '[2001:db8::1]:443', 'a;b=c', 'a%20b', 'my_host', '127.0.0.1:0'])(
    'Host %s is legal',
    (host) => {
      expect(request(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`).head.authority).toBe(host);
    },
  );
});

describe('fields', () => {
  test('P66, P67: repeated fields keep their order and spelling', () => {
    expect(fieldsOf('B: 1', 'a: 2', 'b: 3')).toEqual(['B', '1', 'a', '2', 'b', '3']);
  });

  test('P17, X9: names with an underscore or another odd byte are dropped', () => {
    expect(
      fieldsOf('X_Forwarded_For: 1', 'Content_Length: 9', 'Transfer_Encoding: chunked', 'a.b: 1', 'ok-1: 2'),
    ).toEqual(['ok-1', '2']);
  });

  test('P69: hop-by-hop fields and those that Connection nominates are removed', () => {
    expect(
      fieldsOf(
        'Connection: close, X-A',
        'Keep-Alive: timeout=5',
        'Proxy-Connection: keep-alive',
        'Proxy-Authorization: Basic x',
        'TE: gzip',
        'Trailer: X-B',
        'Upgrade: h2c',
        'HTTP2-Settings: AAA',
        'X-A: 1',
        'X-B: 2',
        'connection: x-c',
        'X-C: 3',
      ),
    ).toEqual(['X-B', '2']);
  });

  test('P70, X26: Connection cannot nominate fields that are not its own', () => {
    const kept = [
      'X-Forwarded-For',
      '1',
      'Authorization',
      '2',
      'Via',
      '3',
      'Cookie',
      '4',
      'Content-Type',
      '5',
      'Forwarded',
      '6',
    ];
    const lines = kept.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${kept[i + 1]}`] : []));
    const nominated =
      'Connection: X-Forwarded-For, Host, Authorization, via, cookie, content-type, forwarded, content-length';
    const { head } = request(withFields(nominated, ...lines, 'Content-Length: 7'));
    expect(head).toMatchObject({ authority: 'a', fields: kept, body: 'length', length: 7 });
  });

  test('names of object properties are only names', () => {
    expect(fieldsOf('constructor: 1', 'toString: 2')).toEqual(['constructor', '1', 'toString', '2']);
  });
});

describe('how the body ends', () => {
  test.each([
    [['Content-Length: 0'], 'length', 0],
    [['Content-Length: 5368709120'], 'length', 5_368_709_120],
    [['Transfer-Encoding: chunked'], 'chunked', -1],
    [[], 'none', -1],
  ])('P35, P36, P38: %j', (lines, body, length) => {
    expect(request(withFields(...lines)).head).toMatchObject({ body, length });
  });
});

describe('upgrades', () => {
  const ws = ['Connection: Upgrade', 'Upgrade: WebSocket'];
  test('a WebSocket handshake is one', () => {
    expect(request(withFields(...ws)).head).toMatchObject({ body: 'upgrade', upgrade: 'websocket', fields: [] });
    expect(request(withFields('Connection: keep-alive, Upgrade', 'Upgrade: h2c, websocket')).head.upgrade).toBe(
      'websocket',
    );
  });
  test.each([
    ['P86 another protocol', withFields('Connection: Upgrade', 'Upgrade: h2c')],
    ['no Connection', withFields('Upgrade: websocket')],
    ['another method', withFields(...ws).replace('GET', 'PUT')],
    ['HTTP/1.0', withFields(...ws).replace('1.1', '1.0')],
    ['a body', withFields(...ws, 'Content-Length: 0')],
    ['a protocol that only contains the word', withFields('Connection: Upgrade', 'Upgrade: xwebsocket')],
  ])('X4: not with %s', (_what, text) => {
    expect(request(text).head).toMatchObject({ upgrade: undefined, fields: [] });
    expect(request(text).head.body).not.toBe('upgrade');
  });
});

describe('what the visitor lets us do', () => {
  test.each([
    ['HTTP/1.1', [], true],
    ['HTTP/1.1', ['Connection: close'], false],
    ['HTTP/1.1', ['Connection: x, Close'], false],
    ['HTTP/1.0', [], false],
    ['HTTP/1.0', ['Connection: Keep-Alive'], true],
    ['HTTP/1.0', ['Connection: keep-alive, close'], false],
  ])('%s with %j keeps the connection: %j', (version, lines, keepAlive) => {
    expect(request(withFields(...lines).replace('HTTP/1.1', version)).keepAlive).toBe(keepAlive);
  });

  test('trailers are accepted only by HTTP/1.1 visitors that say so', () => {
    expect(request(withFields('TE: gzip;q=0.5, Trailers')).head.acceptsTrailers).toBe(true);
    expect(request(withFields('TE: xtrailers')).head.acceptsTrailers).toBe(false);
    expect(request(withFields('TE: trailers').replace('1.1', '1.0')).head.acceptsTrailers).toBe(false);
  });

  test('P45, P47: an expectation is passed on only where a body may follow a 100', () => {
    const expecting = (text: string) => {
      const { expectContinue, head } = request(text);
      return [expectContinue, head.fields];
    };
    const text = withFields('Expect: 100-continue', 'Content-Length: 3');
    expect(expecting(text)).toEqual([true, ['Expect', '100-continue']]);
    expect(expecting(text.replace('1.1', '1.0'))).toEqual([false, []]);
    expect(expecting(withFields('Expect: 100-continue'))).toEqual([false, []]);
  });
});

test('P78: heads that follow each other in one buffer are told apart', () => {
  const first = 'GET /1 HTTP/1.1\r\nHost: a\r\n\r\n';
  const bytes = Buffer.from(`${first}\r\nGET /2 HTTP/1.1\r\nHost: b\r\n\r\nGET`);
  const parser = new RequestHeadParser(LIMITS, 'http');
  const one = parser.parse(bytes, 0, bytes.length);
  expect(one).toMatchObject({ bytes: first.length, head: { path: '/1' } });
  const two = parser.parse(bytes, first.length, bytes.length - first.length);
  expect(two).toMatchObject({ bytes: first.length + 2, head: { path: '/2', authority: 'b' } });
  expect(parser.parse(bytes, bytes.length - 3, 3)).toBeUndefined();
  expect(parser.begun).toBe(true);
});

test('two parsers that take turns do not disturb each other', () => {
  const texts = ['GET /1 HTTP/1.1\r\nHost: a\r\nX: 1\r\n\r\n', 'GET /22 HTTP/1.1\r\nHost: bb\r\n\r\n'];
  const parsers = texts.map(() => new RequestHeadParser(LIMITS, 'http'));
  const results: unknown[] = [];
  for (let end = 1; end <= 60; end++) {
    for (const [i, text] of texts.entries()) {
      if (end <= text.length) results[i] = parsers[i]?.parse(Buffer.from(text), 0, end);
    }
  }
  expect(results).toEqual(texts.map((text) => request(text)));
});

test('a legal head is the same however it is split', () => {
  const token = fc.stringMatching(/^[A-Za-z0-9-]{1,12}$/);
  const value = fc.stringMatching(/^(?:[!-~\x80-\xff](?:[ \t!-~\x80-\xff]{0,20}[!-~\x80-\xff])?)?$/);
  const field = fc.tuple(
    token.map((name) => `x-${name}`),
    value,
  );
  const path = fc.stringMatching(/^\/[!-"$-~]{0,30}$/);
  fc.assert(
    fc.property(
      token,
      path,
      fc.array(field, { maxLength: 20 }),
      fc.array(fc.nat(500)),
      (word, target, fields, cuts) => {
        const method = `M${word}`;
        const text = `${method} ${target} HTTP/1.1\r\nHost: a\r\n${fields.map(([n, v]) => `${n}: ${v}\r\n`).join('')}\r\n`;
        const result = parseRequest(text, 'http', cuts);
        expect(result).toEqual(request(`${text}rest`));
        expect(result).toMatchObject({ head: { method, path: target, fields: fields.flat() } });
      },
    ),
    { numRuns: 1_000 },
  );
});
