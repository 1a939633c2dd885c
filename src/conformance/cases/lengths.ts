// P1–P6: how long a request's body is. Each body hides a request that must never reach the origin.
import type { Case } from '../case.ts';
import { head, rejects } from '../plays.ts';

const HIDDEN = 'GET /inner HTTP/1.1\r\nHost: $HOST\r\n\r\n';
const CHUNKED = `5\r\nhello\r\n0\r\n\r\n`;
const post = (...fields: readonly string[]) => head('POST / HTTP/1.1', 'Host: $HOST', ...fields);

const length = (value: string) => `Content-Length: ${value}`;
const coding = (value: string) => `Transfer-Encoding: ${value}`;

const TOGETHER: readonly Case[] = [
  rejects('P1', 'Content-Length, then Transfer-Encoding', 'RFC 9112 6.1, 6.3', {
    bad: post(length('5'), coding('chunked')) + CHUNKED + HIDDEN,
    twin: post('Content-Lengtx: 5', coding('chunked')) + CHUNKED,
  }),
  rejects('P1', 'Transfer-Encoding, then Content-Length', 'RFC 9112 6.1, 6.3', {
    bad: post(coding('chunked'), length('0')) + CHUNKED + HIDDEN,
    twin: post(coding('chunked'), 'Content-Lengtx: 0') + CHUNKED,
  }),
  rejects('P2', 'two lengths in two lines', 'RFC 9110 8.6, RFC 9112 6.3', {
    bad: `${post(length('5'), length('0'))}hello${HIDDEN}`,
    twin: `${post(length('5'), 'Content-Lengtx: 0')}hello`,
  }),
  rejects('P2', 'two lengths in one line', 'RFC 9110 8.6, RFC 9112 6.3', {
    bad: `${post(length('5, 6'))}hello!`,
    twin: `${post(length('5'))}hello`,
  }),
  rejects('P3', 'the same length in two lines', 'RFC 9110 8.6', {
    bad: `${post(length('5'), length('5'))}hello`,
    twin: `${post(length('5'), 'Content-Lengtx: 5')}hello`,
  }),
  rejects('P3', 'the same length twice in one line', 'RFC 9110 8.6', {
    bad: `${post(length('5, 5'))}hello`,
    twin: `${post(length('5'))}hello`,
  }),
];

const LENGTHS = ['+5', '-1', '0x5', '1_0', '5 5', '', '18446744073709551616', '5;', '5.0', '1e1'].map((value) =>
  rejects('P4', `Content-Length ${JSON.stringify(value)}`, 'RFC 9110 8.6', {
    bad: `${post(length(value))}hello`,
    twin: `${post(length('5'))}hello`,
  }),
);

/** A coding that we do not know may be answered with 501, and closed. */
const UNKNOWN = new Set(['identity', 'gzip', 'xchunked']);
const CODINGS = [
  ...['identity', 'gzip', 'xchunked', 'chunked, gzip', 'gzip, chunked', 'chunked, chunked', ',chunked', '"chunked"'],
  ...['chunked;q=1', 'chunked,', '\x0bchunked', 'chu nked', ''],
].map((value) =>
  rejects('P5', `Transfer-Encoding ${JSON.stringify(value)}`, 'RFC 9112 6.1', {
    bad: post(coding(value)) + CHUNKED,
    twin: post(coding('chunked')) + CHUNKED,
    ...(UNKNOWN.has(value) ? { status: [400, 501], code: 'TK-3012' } : {}),
  }),
);

export const LENGTH_CASES: readonly Case[] = [
  ...TOGETHER,
  ...LENGTHS,
  ...CODINGS,
  rejects('P5', 'two Transfer-Encoding lines', 'RFC 9112 6.1', {
    bad: post(coding('chunked'), coding('chunked')) + CHUNKED,
    twin: post(coding('chunked'), 'Transfer-Encodinx: chunked') + CHUNKED,
  }),
  rejects('P6', 'Transfer-Encoding in HTTP/1.0', 'RFC 9112 6.1', {
    bad: post(coding('chunked')).replace('1.1', '1.0') + CHUNKED,
    twin: post(coding('chunked')) + CHUNKED,
  }),
];
