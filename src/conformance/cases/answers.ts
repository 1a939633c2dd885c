// P50–P61: where an answer ends, and what is not an answer.
import type { Answer } from '../answer.ts';
import type { Case, Facts } from '../case.ts';
import { head, reply } from '../plays.ts';
import { values } from '../reading.ts';

const ok = (...fields: readonly string[]) => head('HTTP/1.1 200 OK', ...fields);
const HEAD = { method: 'HEAD' };
const EXTRA = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison';
const length = ({ fields }: Answer): Facts => ({ length: values(fields, 'content-length').join() });

const BODILESS: readonly Case[] = [
  reply(
    'P50',
    'HEAD with a length',
    'RFC 9110 9.3.2',
    { ask: HEAD, says: ok('Content-Length: 10'), sees: length },
    { status: 200, length: '10', strays: 0, over: 'open', reused: true },
  ),
  reply(
    'P51',
    'HEAD with a body',
    'RFC 9110 9.3.2',
    { ask: HEAD, says: `${ok('Content-Length: 5')}hello`, sees: length },
    { status: 200, length: '5', strays: 0, reused: false },
  ),
  reply(
    'P51',
    'HEAD with a chunked body',
    'RFC 9110 9.3.2',
    { ask: HEAD, says: `${ok('Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\n\r\n` },
    { status: 200, strays: 0, reused: false },
  ),
  ...['204 No Content', '304 Not Modified'].flatMap((status) => [
    reply(
      'P52',
      `${status} with a length`,
      'RFC 9110 8.6, 15.3.5, 15.4.5',
      { says: head(`HTTP/1.1 ${status}`, 'Content-Length: 5'), sees: length },
      { status: Number(status.slice(0, 3)), length: status.startsWith('204') ? '' : ['5', ''], strays: 0 },
    ),
    reply(
      'P52',
      `${status} with a body`,
      'RFC 9110 15.3.5, 15.4.5',
      { says: `${head(`HTTP/1.1 ${status}`, 'Content-Length: 5')}hello` },
      { status: Number(status.slice(0, 3)), strays: 0, reused: false },
    ),
    reply(
      'P52',
      `${status} with another answer behind it`,
      'RFC 9112 6.3',
      { says: head(`HTTP/1.1 ${status}`) + EXTRA },
      { status: Number(status.slice(0, 3)), strays: 0, reused: false },
    ),
  ]),
  reply(
    'P52',
    '205 with a body',
    'RFC 9110 15.3.6',
    { says: `${head('HTTP/1.1 205 Reset Content', 'Content-Length: 5')}hello` },
    { status: [205, 502], body: /^(?!hello)/, strays: 0 },
  ),
  reply(
    'P52',
    '103 with a length',
    'RFC 9110 8.6',
    { says: `${head('HTTP/1.1 103 Early Hints', 'Content-Length: 5')}${ok('Content-Length: 2')}ok` },
    { status: [200, 502], strays: 0, fault: undefined },
  ),
];

const bad = (id: string, name: string, ref: string, says: string, ends?: 'fin' | 'rst') =>
  reply(id, name, ref, { says, ...(ends ? { ends } : {}) }, { status: 502, state: 'whole', strays: 0 }, 'TK-2006');

const UNCLEAR: readonly Case[] = [
  bad(
    'P53',
    'Content-Length and Transfer-Encoding',
    'RFC 9112 6.3',
    `${ok('Content-Length: 5', 'Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\n\r\n`,
  ),
  bad('P53', 'two lengths', 'RFC 9112 6.3', `${ok('Content-Length: 5', 'Content-Length: 2')}hello`),
  bad('P53', 'the same length twice', 'RFC 9110 8.6', `${ok('Content-Length: 5', 'Content-Length: 5')}hello`),
  ...['+5', '-1', '0x5', '5 5', '', '18446744073709551616', '5, 5'].map((value) =>
    bad('P53', `Content-Length ${JSON.stringify(value)}`, 'RFC 9110 8.6', `${ok(`Content-Length: ${value}`)}hello`),
  ),
  ...['gzip', 'identity', 'chunked, gzip', 'xchunked', ',chunked', ''].map((value) =>
    bad(
      'P53',
      `Transfer-Encoding ${JSON.stringify(value)}`,
      'RFC 9112 6.1',
      `${ok(`Transfer-Encoding: ${value}`)}5\r\nhello\r\n0\r\n\r\n`,
    ),
  ),
  reply(
    'P54',
    'Transfer-Encoding in HTTP/1.0',
    'RFC 9112 6.1',
    { says: `${head('HTTP/1.0 200 OK', 'Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\n\r\n`, ends: 'fin' },
    { status: [200, 502], state: 'whole', body: /^hello$|TK-/, reused: false },
  ),
];

const CHUNKED = ok('Transfer-Encoding: chunked');
const cut = (id: string, name: string, ref: string, says: string, ends: 'fin' | 'rst' = 'fin') =>
  reply(id, name, ref, { says, ends }, { status: [200, undefined], state: ['cut', undefined], strays: 0 });
const LENGTHS: readonly Case[] = [
  cut('P55', 'fewer bytes than its length, then FIN', 'RFC 9112 8', `${ok('Content-Length: 10')}hello`),
  cut('P55', 'fewer bytes than its length, then RST', 'RFC 9112 8', `${ok('Content-Length: 10')}hello`, 'rst'),
  cut('P56', 'chunks without the last one, then FIN', 'RFC 9112 8', `${CHUNKED}5\r\nhello\r\n`),
  cut('P56', 'a chunk that is cut', 'RFC 9112 8', `${CHUNKED}a\r\nhello`),
  cut('P56', 'the last chunk without its CRLF', 'RFC 9112 7.1', `${CHUNKED}5\r\nhello\r\n0\r\n`),
  cut('P56', 'chunks that are none', 'RFC 9112 7.1', `${CHUNKED}5\r\nhello\r\nxyz\r\n`),
  reply(
    'P57',
    'more bytes than its length',
    'RFC 9112 6.3, 9.2',
    { says: `${ok('Content-Length: 5')}hello${EXTRA}` },
    { status: 200, body: 'hello', strays: 0, reused: false },
  ),
  reply(
    'P57',
    'more bytes behind the last chunk',
    'RFC 9112 6.3, 9.2',
    { says: `${CHUNKED}5\r\nhello\r\n0\r\n\r\n${EXTRA}` },
    { status: 200, body: 'hello', strays: 0, reused: false },
  ),
  reply(
    'P58',
    'a body ended by FIN',
    'RFC 9112 6.3',
    { says: `${ok()}hello`, ends: 'fin' },
    { status: 200, state: 'whole', body: 'hello' },
  ),
  cut('P58', 'a body ended by RST', 'RFC 9112 6.3', `${ok()}hello`, 'rst'),
];

const GARBAGE: readonly Case[] = [
  ...[
    'hello\r\n\r\n',
    'HTTP/1.1 2x0 OK\r\n\r\n',
    'HTTP/1.1 99 Low\r\n\r\n',
    'HTTP/2.0 200 OK\r\n\r\n',
    'http/1.1 200 OK\r\n\r\n',
    'HTTP/1.1  200 OK\r\n\r\n',
    'HTTP/1.1 200 OK\n\n',
    'HTTP/1.1 1000 Big\r\n\r\n',
    '\r\nHTTP/1.1 200 OK\r\n\r\n',
  ].map((says) => bad('P59', `the answer ${JSON.stringify(says)}`, 'RFC 9110 15.6.3', says, 'fin')),
  bad('P59', 'a page of HTTP/0.9', 'RFC 9110 15.6.3', '<html><body>hello</body></html>\n', 'fin'),
  ...(['fin', 'rst'] as const).map((ends) =>
    reply(
      'P59',
      `no answer, then ${ends.toUpperCase()}`,
      'RFC 9110 15.6.3',
      { ask: { method: 'POST', body: 'x' }, says: '', ends },
      { status: 502 },
      'TK-2005',
    ),
  ),
  ...[
    ['a folded line', 'X: a\r\n b'],
    ['a space before the colon', 'X : a'],
    ['a space in Content-Length', 'Content-Length : 5'],
    ['NUL in a value', 'X: a\0b'],
    ['a bare CR in a value', 'X: a\rb'],
    ['a bare LF in a value', 'X: a\nSet-Cookie: a=b'],
    ['a field without colon', 'Name'],
    ['an empty name', ': a'],
  ].map(([name = '', line = '']) => bad('P60', name, 'RFC 9112 5.1, 5.2', `${ok('Content-Length: 5', line)}hello`)),
  bad('P61', '64 KiB of fields', 'bound', `${ok('Content-Length: 5', `X: ${'a'.repeat(65_536)}`)}hello`),
  bad('P61', '500 fields', 'bound', `${ok('Content-Length: 5', ...new Array<string>(500).fill('X: a'))}hello`),
];

export const ANSWER_CASES: readonly Case[] = [...BODILESS, ...UNCLEAR, ...LENGTHS, ...GARBAGE];
