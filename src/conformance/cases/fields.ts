// P12–P17: the lines of a request's head.
import type { Case } from '../case.ts';
import { head, passes, rejects } from '../plays.ts';

const get = (...lines: readonly string[]) => head('GET / HTTP/1.1', 'Host: $HOST', ...lines);

const row = (id: string, name: string, ref: string, bad: string, twin: string) =>
  rejects(id, name, ref, { bad: get(bad), twin: get(twin) });

const SHAPES: readonly Case[] = [
  row('P12', 'a space before the colon', 'RFC 9112 5.1', 'Name : v', 'Name: v'),
  row('P12', 'a tab before the colon', 'RFC 9112 5.1', 'Name\t: v', 'Name:\tv'),
  row('P12', 'a space in Content-Length', 'CVE-2024-27982', 'Content-Length : 5', 'Content-Length: 0'),
  rejects('P13', 'a space before the first field', 'RFC 9112 2.2', {
    bad: head('GET / HTTP/1.1', ' X: a', 'Host: $HOST'),
    twin: head('GET / HTTP/1.1', 'X: a', 'Host: $HOST'),
  }),
  rejects('P13', 'a tab before the first field', 'RFC 9112 2.2', {
    bad: head('GET / HTTP/1.1', '\tHost: $HOST'),
    twin: head('GET / HTTP/1.1', 'Host:\t$HOST'),
  }),
  row('P14', 'a line folded by a space', 'RFC 9112 5.2', 'X: a\r\n b', 'X: a\r\nb:'),
  row('P14', 'a line folded by a tab', 'RFC 9112 5.2', 'X: a\r\n\tY: b', 'X: a\r\nY: b'),
  row('P14', 'a folded Transfer-Encoding', 'RFC 9112 5.2', 'Transfer-Encoding:\r\n chunked', 'X:\r\nY: chunked'),
];

const BYTES: readonly Case[] = [
  row('P15', 'NUL in a value', 'RFC 9110 5.5', 'X: a\0b', 'X: a b'),
  row('P15', 'NUL in a name', 'RFC 9110 5.1', 'X\0: a', 'XX: a'),
  row('P15', 'a bare CR in a value', 'RFC 9112 2.2', 'X: a\rb', 'X: a b'),
  row('P15', 'a bare CR before CRLF', 'RFC 9112 2.2', 'X: a\r', 'X: a'),
  row('P15', 'a bare LF between two fields', 'RFC 9112 2.2', 'X: a\nY: b', 'X: a\r\nY: b'),
  row('P15', 'DEL in a value', 'RFC 9110 5.5', 'X: a\x7fb', 'X: a~b'),
  row('P15', 'ESC in a value', 'RFC 9110 5.5', 'X: a\x1bb', 'X: a~b'),
  rejects('P15', 'a bare LF after the request line', 'RFC 9112 2.2', {
    bad: 'GET / HTTP/1.1\nHost: $HOST\r\n\r\n',
    twin: get(),
  }),
  rejects('P15', 'a bare LF as the empty line', 'RFC 9112 2.2', {
    bad: 'GET / HTTP/1.1\r\nHost: $HOST\r\n\nGET /inner HTTP/1.1\r\nHost: $HOST\r\n\r\n',
    twin: get(),
  }),
  rejects('P15', 'a bare CR in the request line', 'RFC 9112 2.2', { bad: get().replace('/ ', '/\r '), twin: get() }),
  rejects('P15', 'NUL in the request line', 'RFC 9112 3', { bad: get().replace('/ ', '/\0 '), twin: get() }),
];

const NAMES: readonly Case[] = [
  row('P16', 'a field without colon', 'RFC 9112 5', 'Name', 'Name:'),
  row('P16', 'an empty name', 'RFC 9112 5', ': v', 'a: v'),
  ...['a/b', 'a\xe9', '[a]', 'a,b', 'a"b', 'a b', 'a@b', 'a(b)', 'a{b}', 'a;b', 'a=b', 'a?b', 'a\\b'].map((name) =>
    row('P16', `the name ${JSON.stringify(name)}`, 'RFC 9110 5.1', `${name}: v`, 'a-b: v'),
  ),
];

const ALIKE = [
  'Transfer_Encoding: chunked',
  'Content_Length: 5',
  'X_Forwarded_For: 6.6.6.6',
  'Content.Length: 5',
  'X~Y: 1',
];

export const FIELD_CASES: readonly Case[] = [
  ...SHAPES,
  ...BYTES,
  ...NAMES,
  ...ALIKE.map((line) =>
    passes(
      'P17',
      `the field ${line}`,
      'CVE-2026-39858',
      get(line),
      ({ fields }) => ({
        passed: fields.some(([name]) => line.startsWith(name)),
      }),
      { passed: false },
    ),
  ),
];
