import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseResponse, response } from './heads.testkit.ts';

const GET = { method: 'GET', upgrade: undefined };
const HEAD = { method: 'HEAD', upgrade: undefined };
const UPGRADE = { method: 'GET', upgrade: 'websocket' };
const withFields = (...lines: string[]) => `HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n';

describe.each([
  [
    'P53 Content-Length and Transfer-Encoding',
    withFields('Content-Length: 5', 'Transfer-Encoding: chunked'),
    withFields('Content-Length: 5', 'Transfer-Encodinx: chunked'),
  ],
  [
    'P53 two Content-Lengths',
    withFields('Content-Length: 5', 'Content-Length: 5'),
    withFields('Content-Length: 5', 'Content-Lengtx: 5'),
  ],
  ['P53 a bad Content-Length', withFields('Content-Length: 5x'), withFields('Content-Length: 50')],
  ['P53 an unknown coding', withFields('Transfer-Encoding: gzip'), withFields('Transfer-Encoding: chunked')],
  ['P53 a list of codings', withFields('Transfer-Encoding: gzip, chunked'), withFields('Transfer-Encoding: chunked')],
  ['P59 a garbage status line', 'garbage\r\n\r\n', 'HTTP/1.1 200\r\n\r\n'],
  ['P59 an empty status line', '\r\nHTTP/1.1 200 OK\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n'],
  ['P59 HTTP/0.9', '<html>\r\n\r\n', 'HTTP/1.0 200 \r\n\r\n'],
  ['P59 HTTP/2.0', 'HTTP/2.0 200 OK\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n'],
  ['P59 a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n'],
  ['P59 a status of four digits', 'HTTP/1.1 2000\r\n\r\n', 'HTTP/1.1 200 0\r\n\r\n'],
  ['P59 status 600', 'HTTP/1.1 600 X\r\n\r\n', 'HTTP/1.1 599 X\r\n\r\n'],
  ['P59 status 099', 'HTTP/1.1 099 X\r\n\r\n', 'HTTP/1.1 400 X\r\n\r\n'],
  ['P59 bare LF', 'HTTP/1.1 200 OK\n\n', 'HTTP/1.1 200 OK\r\n\r\n'],
  ['P60 a folded line', withFields('A: b', ' c'), withFields('A: b', 'c:')],
  ['P60 a space before the colon', withFields('A : b'), withFields('A: b')],
  ['P60 NUL in a value', withFields('A: b\0'), withFields('A: b')],
  ['P60 a bare CR in a value', withFields('A: b\rc'), withFields('A: b c')],
  ['P61 fields of 64 KiB', withFields(`A: ${'b'.repeat(65_536)}`), withFields(`A: ${'b'.repeat(32_000)}`)],
  ['P61 500 fields', withFields(...new Array(500).fill('A: b')), withFields(...new Array(100).fill('A: b'))],
])('%s', (_id, malformed, twin) => {
  test('is malformed', () => expect(parseResponse(malformed)).toBeTypeOf('string'));
  test('is read without the offending bytes', () => expect(parseResponse(twin)).toMatchObject({ kind: 'response' }));
  test('is judged alike byte by byte', () => {
    const cuts = Array.from({ length: Math.min(malformed.length, 600) }, (_, i) => i);
    expect(parseResponse(malformed, GET, cuts)).toBeTypeOf('string');
    expect(parseResponse(twin, GET, cuts)).toMatchObject({ kind: 'response' });
  });
});

describe('P65: a 101 is legal only as the answer to the upgrade that was asked for', () => {
  test('it is', () => {
    const { head, interim, keepAlive } = response(SWITCH, UPGRADE);
    expect(head).toMatchObject({ status: 101, body: 'upgrade', upgrade: 'websocket', fields: [] });
    expect([interim, keepAlive]).toEqual([false, false]);
  });
  test.each([
    ['without asking', SWITCH, GET],
    ['to another protocol', SWITCH.replace('WebSocket', 'h2c'), UPGRADE],
    ['to nothing', SWITCH.replace('Upgrade: WebSocket\r\n', ''), UPGRADE],
    ['without Connection', SWITCH.replace('Connection: Upgrade\r\n', ''), UPGRADE],
  ])('it is malformed %s', (_what, text, asked) => expect(parseResponse(text, asked)).toBeTypeOf('string'));
});

describe('how the body ends depends on what was asked and on the status', () => {
  test.each([
    ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n', GET, 'length', 7, true],
    [
      'P38 a length above 2^32',
      'HTTP/1.1 200 OK\r\nContent-Length: 5368709120\r\n\r\n',
      GET,
      'length',
      5_368_709_120,
      true,
    ],
    ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', GET, 'chunked', -1, true],
    ['P58 nothing declared', 'HTTP/1.1 200 OK\r\n\r\n', GET, 'close', -1, false],
    ['P50 HEAD with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n', HEAD, 'none', 7, true],
    ['HEAD with chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', HEAD, 'none', -1, true],
    ['HEAD with nothing declared', 'HTTP/1.1 200 OK\r\n\r\n', HEAD, 'none', -1, true],
    ['P52 204 with a length', 'HTTP/1.1 204 No\r\nContent-Length: 7\r\n\r\n', GET, 'none', -1, true],
    ['P52 304 with a length', 'HTTP/1.1 304 Not\r\nContent-Length: 7\r\n\r\n', GET, 'none', 7, true],
    ['P52 1xx with a length', 'HTTP/1.1 103 Hints\r\nContent-Length: 7\r\n\r\n', GET, 'none', -1, true],
    ['P52 205 with a body', 'HTTP/1.1 205 Reset\r\nContent-Length: 7\r\n\r\n', GET, 'none', -1, false],
    ['205 without one', 'HTTP/1.1 205 Reset\r\nContent-Length: 0\r\n\r\n', GET, 'none', -1, true],
    [
      'P54 chunks in HTTP/1.0',
      'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n',
      GET,
      'chunked',
      -1,
      false,
    ],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 7\r\n\r\n', GET, 'length', 7, false],
    [
      'HTTP/1.0 that keeps alive',
      'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 7\r\n\r\n',
      GET,
      'length',
      7,
      true,
    ],
    ['Connection: close', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 7\r\n\r\n', GET, 'length', 7, false],
  ] as const)('%s', (_what, text, asked, body, length, keepAlive) => {
    const parsed = response(text, asked);
    expect(parsed.head).toMatchObject({ body, length });
    expect(parsed.keepAlive).toBe(keepAlive);
  });
});

test('P66, P67, P69: end-to-end fields keep order and spelling, hop-by-hop ones are removed', () => {
  const lines = [
    'Set-Cookie: a',
    'Connection: keep-alive, X-A',
    'set-cookie: b',
    'Keep-Alive: timeout=5',
    'X-A: 1',
    'Proxy-Authenticate: Basic',
    'Trailer: X-T',
    'Upgrade: h2c',
    'Set-Cookie: c',
    'X_odd.name: kept',
  ];
  expect(response(withFields(...lines)).head.fields).toEqual([
    'Set-Cookie',
    'a',
    'set-cookie',
    'b',
    'Set-Cookie',
    'c',
    'X_odd.name',
    'kept',
  ]);
});

test('P62: interim answers are told from final ones', () => {
  expect(response('HTTP/1.1 100 Continue\r\n\r\n')).toMatchObject({ interim: true, head: { status: 100 } });
  expect(response('HTTP/1.1 103 X\r\nLink: a\r\n\r\n').head.fields).toEqual(['Link', 'a']);
  expect(response('HTTP/1.1 200 OK\r\n\r\n').interim).toBe(false);
});

test('a legal head is the same however it is split', () => {
  const value = fc.stringMatching(/^(?:[!-~\x80-\xff](?:[ \t!-~\x80-\xff]{0,20}[!-~\x80-\xff])?)?$/);
  const field = fc.tuple(
    fc.stringMatching(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,12}$/).map((name) => `x-${name}`),
    value,
  );
  const status = fc.integer({ min: 100, max: 599 }).filter((code) => code !== 101);
  fc.assert(
    fc.property(status, fc.array(field, { maxLength: 20 }), fc.array(fc.nat(500)), (code, fields, cuts) => {
      const text = `HTTP/1.1 ${code} Some Reason\r\n${fields.map(([n, v]) => `${n}:${v}\r\n`).join('')}\r\n`;
      const result = parseResponse(text, GET, cuts);
      expect(result).toEqual(response(`${text}body`));
      expect(result).toMatchObject({ bytes: text.length, head: { status: code, fields: fields.flat() } });
    }),
    { numRuns: 1_000 },
  );
});
