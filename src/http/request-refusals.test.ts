import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../contract/errors.ts';
import { parseRequest, withFields } from './heads.testkit.ts';

const GET = (rest: string) => `GET ${rest}`;
const LINE = (line: string) => `${line}\r\nHost: a\r\n\r\n`;
const FIELD = (line: string) => withFields(line);

// Each row: what is refused, and a twin that differs only in the offending bytes and is served.
type Row = readonly [id: string, code: ErrorCode, refused: string, twin: string];
const ROWS: readonly Row[] = [
  [
    'P1 Content-Length then Transfer-Encoding',
    'TK-3004',
    withFields('Content-Length: 5', 'Transfer-Encoding: chunked'),
    withFields('Content-Length: 5', 'Transfer-Encodinx: chunked'),
  ],
  [
    'P1 Transfer-Encoding then Content-Length',
    'TK-3004',
    withFields('Transfer-Encoding: chunked', 'content-length: 5'),
    withFields('Transfer-Encoding: chunked', 'content-lengtx: 5'),
  ],
  [
    'P2 two different Content-Lengths',
    'TK-3004',
    withFields('Content-Length: 5', 'Content-Length: 6'),
    withFields('Content-Length: 5', 'Content-Lengtx: 6'),
  ],
  ['P2 a list of different lengths', 'TK-3004', FIELD('Content-Length: 5, 6'), FIELD('Content-Length: 5')],
  [
    'P3 two equal Content-Lengths',
    'TK-3004',
    withFields('Content-Length: 5', 'CONTENT-LENGTH: 5'),
    withFields('Content-Length: 5', 'CONTENT-LENGTX: 5'),
  ],
  ['P3 a list of equal lengths', 'TK-3004', FIELD('Content-Length: 5, 5'), FIELD('Content-Length: 5')],
  ['P4 a plus', 'TK-3004', FIELD('Content-Length: +5'), FIELD('Content-Length: 05')],
  ['P4 a minus', 'TK-3004', FIELD('Content-Length: -1'), FIELD('Content-Length: 01')],
  ['P4 hexadecimal', 'TK-3004', FIELD('Content-Length: 0x5'), FIELD('Content-Length: 005')],
  ['P4 an underscore', 'TK-3004', FIELD('Content-Length: 1_0'), FIELD('Content-Length: 100')],
  ['P4 a space inside', 'TK-3004', FIELD('Content-Length: 5 5'), FIELD('Content-Length: 555')],
  ['P4 an empty length', 'TK-3004', FIELD('Content-Length: '), FIELD('Content-Length: 0')],
  ['P4 2^64', 'TK-3004', FIELD('Content-Length: 18446744073709551616'), FIELD('Content-Length: 5368709120')],
  ['P4 2^53', 'TK-3004', FIELD('Content-Length: 9007199254740992'), FIELD('Content-Length: 9007199254740991')],
  ['P5 identity', 'TK-3012', FIELD('Transfer-Encoding: identity'), FIELD('Transfer-Encoding: chunked')],
  ['P5 gzip', 'TK-3012', FIELD('Transfer-Encoding: gzip'), FIELD('Transfer-Encoding: Chunked')],
  ['P5 chunked, gzip', 'TK-3004', FIELD('Transfer-Encoding: chunked, gzip'), FIELD('Transfer-Encoding: chunked')],
  ['P5 gzip, chunked', 'TK-3004', FIELD('Transfer-Encoding: gzip, chunked'), FIELD('Transfer-Encoding: chunked')],
  ['P5 chunked, chunked', 'TK-3004', FIELD('Transfer-Encoding: chunked, chunked'), FIELD('Transfer-Encoding: chunked')],
  ['P5 xchunked', 'TK-3012', FIELD('Transfer-Encoding: xchunked'), FIELD('Transfer-Encoding:  chunked')],
  ['P5 a comma before chunked', 'TK-3004', FIELD('Transfer-Encoding: ,chunked'), FIELD('Transfer-Encoding:  chunked')],
  ['P5 chunked in quotes', 'TK-3004', FIELD('Transfer-Encoding: "chunked"'), FIELD('Transfer-Encoding:  chunked ')],
  ['P5 an empty coding', 'TK-3004', FIELD('Transfer-Encoding:'), FIELD('Transfer-Encodinx:')],
  [
    'P5 two Transfer-Encodings',
    'TK-3004',
    withFields('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'),
    withFields('Transfer-Encoding: chunked', 'Transfer-Encodinx: chunked'),
  ],
  [
    'P5 a vertical tab before chunked',
    'TK-3004',
    FIELD('Transfer-Encoding: \x0bchunked'),
    FIELD('Transfer-Encoding: \tchunked'),
  ],
  [
    'P6 Transfer-Encoding in HTTP/1.0',
    'TK-3004',
    'POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n',
  ],
  ['P12 a space before the colon', 'TK-3004', FIELD('Name : v'), FIELD('Name: v')],
  ['P12 a tab before the colon', 'TK-3004', FIELD('Name\t: v'), FIELD('Name:\tv')],
  [
    'P13 white space before the first field',
    'TK-3004',
    'GET / HTTP/1.1\r\n Host: a\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  ],
  ['P14 a folded line', 'TK-3004', withFields('X: a', ' b'), withFields('X: a', 'b:')],
  ['P14 a line folded by a tab', 'TK-3004', withFields('X: a', '\tb: c'), withFields('X: a', 'b: c')],
  ['P15 NUL in a value', 'TK-3004', FIELD('X: a\0b'), FIELD('X: a b')],
  ['P15 NUL in a name', 'TK-3004', FIELD('X\0: a'), FIELD('XX: a')],
  ['P15 a bare CR in a value', 'TK-3004', FIELD('X: a\rb'), FIELD('X: a b')],
  ['P15 a bare LF in a value', 'TK-3004', FIELD('X: a\nb: c'), FIELD('X: a\r\nb: c')],
  [
    'P15 a bare LF after the request line',
    'TK-3004',
    'GET / HTTP/1.1\nHost: a\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  ],
  [
    'P15 a bare LF as the empty line',
    'TK-3004',
    'GET / HTTP/1.1\r\nHost: a\r\n\n',
    'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  ],
  ['P15 a bare CR in the request line', 'TK-3004', LINE('GET /\r HTTP/1.1'), LINE('GET /r HTTP/1.1')],
  ['P15 DEL in a value', 'TK-3004', FIELD('X: a\x7fb'), FIELD('X: a\x80b')],
  ['P16 a field without colon', 'TK-3004', FIELD('Name'), FIELD('Name:')],
  ['P16 an empty name', 'TK-3004', FIELD(': v'), FIELD('a: v')],
  ['P16 a name with a slash', 'TK-3004', FIELD('a/b: v'), FIELD('a-b: v')],
  ['P16 a name with a byte beyond ASCII', 'TK-3004', FIELD('a\xe9: v'), FIELD('ae: v')],
  ['P16 a name in brackets', 'TK-3004', FIELD('[a]: v'), FIELD('a: v')],
  ['P18 no Host in HTTP/1.1', 'TK-3004', 'GET / HTTP/1.1\r\nHosx: a\r\n\r\n', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
  [
    'P18 no Host with an absolute target',
    'TK-3004',
    'GET http://a/ HTTP/1.1\r\n\r\n',
    'GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n',
  ],
  ['P19 two equal Hosts', 'TK-3004', FIELD('host: a'), FIELD('hosx: a')],
  ['P19 two different Hosts', 'TK-3004', FIELD('HOST: b'), FIELD('HOSX: b')],
  ...[
    'a b',
    'a,b',
    'u@a',
    'a/b',
    '[::1',
    'a:99999',
    'a:1.2',
    '',
    'a:b',
    'a\\b',
    'a"b',
    '\xe9',
    'a%4',
    'a#',
    'a?',
    '[::1]a',
    '[v1.a]',
    ':80',
    'a:80:80',
  ].map(
    (host): Row => [
      `P20 Host ${JSON.stringify(host)}`,
      'TK-3004',
      `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      'GET / HTTP/1.1\r\nHost: a.b\r\n\r\n',
    ],
  ),
  ['P23 userinfo in the target', 'TK-3004', LINE('GET http://u@a/ HTTP/1.1'), LINE('GET http://u.a/ HTTP/1.1')],
  ['P23 a foreign scheme', 'TK-3004', LINE('GET ftp://a/ HTTP/1.1'), LINE('GET http://a/ HTTP/1.1')],
  ['P23 the scheme of the other port', 'TK-3004', LINE('GET https://a/ HTTP/1.1'), LINE('GET http://a/ HTTP/1.1')],
  ['P23 a target without authority', 'TK-3004', LINE('GET http:/// HTTP/1.1'), LINE('GET http://a/ HTTP/1.1')],
  ['P24 a star without OPTIONS', 'TK-3004', LINE('GET * HTTP/1.1'), LINE('OPTIONS * HTTP/1.1')],
  ['P25 CONNECT', 'TK-3008', LINE('CONNECT a:80 HTTP/1.1'), LINE('CONNECX /a:80 HTTP/1.1')],
  ['P26 TRACE', 'TK-3008', LINE('TRACE / HTTP/1.1'), LINE('TRACX / HTTP/1.1')],
  ['P27 a method with a bad byte', 'TK-3004', LINE('GE{T / HTTP/1.1'), LINE('GE~T / HTTP/1.1')],
  ['P27 an empty method', 'TK-3004', LINE(' / HTTP/1.1'), LINE('X / HTTP/1.1')],
  ['P27 a method of 64 bytes', 'TK-3008', LINE(`${'M'.repeat(64)} / HTTP/1.1`), LINE(`${'M'.repeat(32)} / HTTP/1.1`)],
  ...['HTTP/1.2', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/1.10', 'HTTP/01.1'].map(
    (version): Row => [`P28 version ${version}`, 'TK-3009', LINE(GET(`/ ${version}`)), LINE(GET('/ HTTP/1.0'))],
  ),
  ...['http/1.1', 'HTTP/1', 'HTTP/1.1 ', 'HTTPS/1.1', ' HTTP/1.1', 'HTTP/1.x'].map(
    (version): Row => [
      `P28 version ${JSON.stringify(version)}`,
      'TK-3004',
      LINE(GET(`/ ${version}`)),
      LINE(GET('/ HTTP/1.1')),
    ],
  ),
  ['P28 a request line of two words', 'TK-3004', LINE('GET /'), LINE('GET / HTTP/1.1')],
  ['P28 the preface of HTTP/2', 'TK-3009', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', LINE('PRI / HTTP/1.1')],
  [
    'P29 a request line of 9 KiB',
    'TK-3005',
    LINE(`GET /${'a'.repeat(9_216)} HTTP/1.1`),
    LINE(`GET /${'a'.repeat(8_000)} HTTP/1.1`),
  ],
  ['P29 fields of 17 KiB', 'TK-3006', FIELD(`X: ${'a'.repeat(17_408)}`), FIELD(`X: ${'a'.repeat(16_000)}`)],
  ['P30 101 fields', 'TK-3006', withFields(...new Array(100).fill('X: a')), withFields(...new Array(99).fill('X: a'))],
  [
    'P31 two empty lines before the request line',
    'TK-3004',
    `\r\n\r\n${LINE('GET / HTTP/1.1')}`,
    `\r\n${LINE('GET / HTTP/1.1')}`,
  ],
  ['P31 a CR without LF before the request line', 'TK-3004', `\r${LINE('GET / HTTP/1.1')}`, LINE('GET / HTTP/1.1')],
  ['P31 an LF before the request line', 'TK-3004', `\n${LINE('GET / HTTP/1.1')}`, LINE('GET / HTTP/1.1')],
  ['P32 a space in the target', 'TK-3004', LINE('GET /a b HTTP/1.1'), LINE('GET /a+b HTTP/1.1')],
  ['P32 a tab in the target', 'TK-3004', LINE('GET /a\tb HTTP/1.1'), LINE('GET /a%09b HTTP/1.1')],
  ['P32 UTF-8 in the target', 'TK-3004', LINE('GET /\xc3\xa9 HTTP/1.1'), LINE('GET /%c3%a9 HTTP/1.1')],
  ['P32 a fragment', 'TK-3004', LINE('GET /a#b HTTP/1.1'), LINE('GET /a%23b HTTP/1.1')],
  ['P32 two spaces before the target', 'TK-3004', LINE('GET  / HTTP/1.1'), LINE('GET / HTTP/1.1')],
  ['P32 a relative target', 'TK-3004', LINE('GET a HTTP/1.1'), LINE('GET /a HTTP/1.1')],
  ['P32 DEL in the target', 'TK-3004', LINE('GET /\x7f HTTP/1.1'), LINE('GET /~ HTTP/1.1')],
  ['P48 an unknown expectation', 'TK-3013', FIELD('Expect: foo'), FIELD('Expect: 100-Continue')],
];

describe.each(ROWS)('%s', (_id, code, refusedText, twin) => {
  test('is refused with its code', () => {
    expect(parseRequest(refusedText)).toMatchObject({ kind: 'refused', code });
  });
  test('is served without the offending bytes', () => {
    expect(parseRequest(twin)).toMatchObject({ kind: 'request' });
  });
  test('is judged alike when it comes byte by byte', () => {
    const cuts = Array.from({ length: Math.min(refusedText.length, 600) }, (_, i) => i);
    expect(parseRequest(refusedText, 'http', cuts)).toMatchObject({ kind: 'refused', code });
    expect(parseRequest(twin, 'http', cuts)).toMatchObject({ kind: 'request' });
  });
});

test('a control byte is refused before the head is whole', () => {
  expect(parseRequest('\x16\x03\x01\x02\x00\x01')).toMatchObject({ kind: 'refused', code: 'TK-3004' });
});

test('a request line above the bound is refused before it ends', () => {
  expect(parseRequest(`GET /${'a'.repeat(8_192)}`)).toMatchObject({ code: 'TK-3005' });
  expect(parseRequest(`GET /${'a'.repeat(8_000)}`)).toBeUndefined();
});

test('a head above the bound is refused before it ends', () => {
  expect(parseRequest(`GET / HTTP/1.1\r\n${'a'.repeat(17_000)}`)).toMatchObject({ code: 'TK-3006' });
});
