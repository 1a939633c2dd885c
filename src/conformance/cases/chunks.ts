// P7–P11: the chunks of a request's body. A request whose head was good may have begun at the origin; it must never end there.
import type { Case } from '../case.ts';
import { exchange, head, passes, rejects } from '../plays.ts';
import { values } from '../reading.ts';

const START = head('POST / HTTP/1.1', 'Host: $HOST', 'Transfer-Encoding: chunked');
const body = (chunks: string) => START + chunks;
const GOOD = body('5\r\nhello\r\n0\r\n\r\n');
const HIDDEN = 'GET /inner HTTP/1.1\r\nHost: $HOST\r\n\r\n';

const SIZES = ['0x5', '+5', '-5', ' 5', '5_0', '', '5 5', '00000000000000005', '5\x0b', '5\t5', 'g'].map((size) =>
  rejects('P7', `a chunk size ${JSON.stringify(size)}`, 'RFC 9112 7.1', {
    bad: body(`${size}\r\nhello\r\n0\r\n\r\n`),
    twin: GOOD,
  }),
);

const bad = (name: string, chunks: string, twin: string) =>
  rejects('P8', name, 'RFC 9112 7.1, 2.2', { bad: body(chunks) + HIDDEN, twin: body(twin) });
const LINES: readonly Case[] = [
  bad('a chunk line ended by LF', '5\nhello\r\n0\r\n\r\n', '5\r\nhello\r\n0\r\n\r\n'),
  bad('a chunk line ended by CR and x', '5\rxhello\r\n0\r\n\r\n', '5\r\nhello\r\n0\r\n\r\n'),
  bad('data not followed by CRLF', '5\r\nhelloXX0\r\n\r\n', '5\r\nhello\r\n0\r\n\r\n'),
  bad('data followed by LF', '5\r\nhello\n0\r\n\r\n', '5\r\nhello\r\n0\r\n\r\n'),
  bad('the last chunk line ended by LF', '5\r\nhello\r\n0\n\r\n', '5\r\nhello\r\n0\r\n\r\n'),
  bad('XX for the last CRLF', '5\r\nhello\r\n0\r\nXX', '5\r\nhello\r\n0\r\n\r\n'),
  bad('LF for the last CRLF', '5\r\nhello\r\n0\r\n\n', '5\r\nhello\r\n0\r\n\r\n'),
  bad('an extension ended by LF', '5;a\nhello\r\n0\r\n\r\n', '5;a\r\nhello\r\n0\r\n\r\n'),
];

/** Of the recorded request: its body as the origin decodes it, and whether anything of the extension came along. */
const sees: Parameters<typeof passes>[4] = (request) => ({
  body: request.body.toString('latin1'),
  extended: JSON.stringify(request).includes('mark'),
});

const EXTENSIONS: readonly Case[] = [
  ...[';mark', ';mark=1', '; mark = "a;b"', ' ;mark', ';mark="\xe9"'].map((extension) =>
    passes(
      'P9',
      `the extension ${JSON.stringify(extension)}`,
      'RFC 9112 7.1.1',
      body(`5${extension}\r\nhello\r\n0${extension}\r\n\r\n`),
      sees,
      {
        body: 'hello',
        extended: false,
      },
    ),
  ),
  rejects('P10', '64 KiB of one extension', 'CVE-2024-22019', {
    bad: body(`5;${'a'.repeat(65_536)}\r\nhello\r\n0\r\n\r\n`),
    twin: body('5;a\r\nhello\r\n0\r\n\r\n'),
    status: [400, 413],
    code: 'TK-3014',
  }),
  rejects('P10', '64 KiB of many extensions', 'CVE-2024-22019', {
    bad: body(`5${';a=b'.repeat(16_384)}\r\nhello\r\n0\r\n\r\n`),
    twin: body(`5${';a=b'.repeat(16)}\r\nhello\r\n0\r\n\r\n`),
    status: [400, 413],
    code: 'TK-3014',
  }),
  ...['\r', '\0', '\x7f'].map((byte) =>
    rejects('P10', `${JSON.stringify(byte)} in an extension`, 'RFC 9112 7.1.1', {
      bad: body(`5;a${byte}b\r\nhello\r\n0\r\n\r\n`),
      twin: body('5;a b\r\nhello\r\n0\r\n\r\n'),
    }),
  ),
];

/** A trailer that must not be taken for a field of the head, nor come along as a trailer. */
const late = (line: string): Case => {
  const [name = ''] = line.split(':');
  return {
    id: 'P11',
    name: `the trailer ${line}`,
    ref: 'RFC 9110 6.5.1',
    play: exchange(body(`5\r\nhello\r\n0\r\n${line}\r\n\r\n`), ({ fields, trailers, body }) => ({
      body: body.toString('latin1'),
      merged: values(fields, name.toLowerCase()).some((value) => line.endsWith(value)),
      trailers: trailers.map(([each]) => each).join(' '),
    })),
    wants: { status: 200, reached: 1, body: 'hello', merged: false, trailers: '', garbage: undefined },
  };
};

export const CHUNK_CASES: readonly Case[] = [
  ...SIZES,
  ...LINES,
  ...EXTENSIONS,
  ...[
    'Content-Length: 77',
    'Host: evil.test',
    'Authorization: Basic eA==',
    'Transfer-Encoding: gzip',
    'X-Forwarded-For: 6.6.6.6',
  ].map(late),
  ...['Name : v', ' Name: v', 'Name', 'X: a\0b', 'X: a\nY: b'].map((line) =>
    rejects('P11', `the trailer ${JSON.stringify(line)}`, 'RFC 9112 7.1.2, 5.1', {
      bad: body(`5\r\nhello\r\n0\r\n${line}\r\n\r\n`),
      twin: body('5\r\nhello\r\n0\r\nName: v\r\n\r\n'),
    }),
  ),
];
