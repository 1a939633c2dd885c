// P24–P32: methods, versions, targets, and how much of a head is taken.
import type { Case } from '../case.ts';
import { exchange, head, passes, rejects } from '../plays.ts';
import { values } from '../reading.ts';

const GOOD = head('GET / HTTP/1.1', 'Host: $HOST');
const line = (text: string, ...fields: readonly string[]) => head(text, 'Host: $HOST', ...fields);
const target = (text: string) => line(`GET ${text} HTTP/1.1`);
const UNSERVED = { status: [405, 501], code: 'TK-3008' };

const METHODS: readonly Case[] = [
  {
    id: 'P24',
    name: 'OPTIONS *',
    ref: 'RFC 9112 3.2.4, RFC 9110 9.3.7',
    play: exchange(line('OPTIONS * HTTP/1.1'), (request) => ({ target: request.target })),
    wants: { status: [200, 204], target: ['*', undefined], garbage: undefined },
  },
  rejects('P25', 'CONNECT', 'RFC 9110 9.3.6', {
    ...UNSERVED,
    bad: `${head('CONNECT $HOST HTTP/1.1', 'Host: $HOST')}GET /inner HTTP/1.1\r\nHost: $HOST\r\n\r\n`,
    twin: GOOD,
    status: [405],
  }),
  rejects('P26', 'TRACE', 'RFC 9110 9.3.8', {
    ...UNSERVED,
    bad: line('TRACE / HTTP/1.1'),
    twin: line('TRACX / HTTP/1.1'),
    status: [405],
  }),
  {
    id: 'P26',
    name: 'OPTIONS with Max-Forwards: 0',
    ref: 'RFC 9110 7.6.2',
    play: exchange(line('OPTIONS / HTTP/1.1', 'Max-Forwards: 0')),
    twin: exchange(line('OPTIONS / HTTP/1.1', 'Max-Forwards: 1')),
    wants: { status: [200, 204], reached: 0 },
  },
  passes(
    'P26',
    'OPTIONS with Max-Forwards: 5',
    'RFC 9110 7.6.2',
    line('OPTIONS / HTTP/1.1', 'Max-Forwards: 5'),
    ({ fields }) => ({ left: values(fields, 'max-forwards').join() }),
    { left: '4' },
  ),
  rejects('P27', 'a method with a bad byte', 'RFC 9112 3.1', {
    bad: line('GE{T / HTTP/1.1'),
    twin: line('GE~T / HTTP/1.1'),
  }),
  rejects('P27', 'a method of 64 bytes', 'RFC 9112 3.1', {
    ...UNSERVED,
    bad: line(`${'M'.repeat(64)} / HTTP/1.1`),
    twin: line(`${'M'.repeat(16)} / HTTP/1.1`),
  }),
  passes('P27', 'a method nobody knows', 'RFC 9110 9.1', line('FROB / HTTP/1.1'), ({ method }) => ({ method }), {
    method: 'FROB',
  }),
  passes('P27', 'a method in small letters', 'RFC 9110 9.1', line('get / HTTP/1.1'), ({ method }) => ({ method }), {
    method: 'get',
  }),
];

const VERSIONS = ['HTTP/1.2', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/1.10', 'http/1.1', 'HTTP/1.1x', 'HTTP/11', 'HTTPS/1.1'].map(
  (version) =>
    rejects('P28', `the version ${version}`, 'RFC 9112 2.3', {
      bad: line(`GET / ${version}`),
      twin: GOOD,
      status: [400, 505],
      code: /^HTTP\/\d+\.\d+$/.test(version) ? 'TK-3009' : 'TK-3004',
    }),
);

const many = (count: number, ...last: readonly string[]) =>
  line('GET / HTTP/1.1', ...new Array<string>(count).fill('X: a'), ...last);
const SIZES: readonly Case[] = [
  rejects('P29', 'a request line of 9 KiB', 'RFC 9110 15.5.15', {
    bad: target(`/${'a'.repeat(9_216)}`),
    twin: target(`/${'a'.repeat(7_168)}`),
    status: [414],
    code: 'TK-3005',
  }),
  rejects('P29', 'a header section of 17 KiB', 'RFC 6585 5', {
    bad: line('GET / HTTP/1.1', `X: ${'a'.repeat(17_408)}`),
    twin: line('GET / HTTP/1.1', `X: ${'a'.repeat(6_000)}`),
    status: [431],
    code: 'TK-3006',
  }),
  rejects('P30', '101 fields', 'RFC 6585 5', { bad: many(100), twin: many(90), status: [431], code: 'TK-3006' }),
  rejects('P30', '2,001 fields, the last one Content-Length', 'CVE-2026-58044', {
    bad: `${many(1_999, 'Content-Length: 5')}hello`,
    twin: `${many(90, 'Content-Length: 5')}hello`,
    status: [431],
    code: 'TK-3006',
  }),
  {
    id: 'P31',
    name: 'a CRLF before the request line',
    ref: 'RFC 9112 2.2',
    play: exchange(`\r\n${GOOD}`),
    wants: { status: 200, reached: 1 },
  },
  {
    id: 'P31',
    name: 'a CRLF between two requests',
    ref: 'RFC 9112 2.2',
    play: exchange(`${line('POST / HTTP/1.1', 'Content-Length: 5')}hello\r\n${GOOD}`),
    wants: { status: 200, reached: 2, garbage: undefined },
  },
];

const TARGETS = [
  ['a space', '/a b', '/a+b'],
  ['a tab', '/a\tb', '/a%09b'],
  ['a control byte', '/a\x01b', '/a%01b'],
  ['DEL', '/a\x7fb', '/a~b'],
  ['raw UTF-8', '/\xc3\xa9', '/%c3%a9'],
  ['a raw byte', '/\xff', '/%ff'],
  ['a fragment', '/a#b', '/a%23b'],
  ['two spaces before it', ' /', '/'],
  ['no slash before it', 'a', '/a'],
  ['a star for GET', '*', '/*'],
].map(([name, bad = '', twin = '']) =>
  rejects('P32', `a target with ${name}`, 'RFC 9112 3.2', { bad: target(bad), twin: target(twin) }),
);

export const REQUEST_LINE_CASES: readonly Case[] = [...METHODS, ...VERSIONS, ...SIZES, ...TARGETS];
