import { expect, it } from 'vitest';
import type { AgentEvent } from '../../agent/events.ts';
import { exposureSpec } from '../agent/specs.ts';
import { painter, widthOf } from './line.ts';
import { requestLine } from './request-line.ts';

type Request = AgentEvent & { type: 'request' };
const REQUEST: Request = {
  type: 'request',
  exposure: exposureSpec({ target: '3000' }, '/'),
  method: 'GET',
  path: '/api/items?page=2',
  status: 200,
  ms: 12,
  bytes: 3_400,
  cause: undefined,
};
const shown = (changes: Partial<Request>, columns: number) =>
  painter(0)(requestLine({ ...REQUEST, ...changes }, '14:02:11', columns));

it('has time, status, method, path, duration and size in columns at 80', () => {
  expect(
    [{}, { status: 502, method: 'POST', path: '/hook', ms: 1_210, bytes: 0 }].map((each) => shown(each, 80)),
  ).toEqual([
    '14:02:11  200  GET     /api/items?page=2                         12 ms    3.4 kB',
    '14:02:11  502  POST    /hook                                     1.2 s       0 B',
  ]);
});

it('leaves the time of day out at 40 columns, and the size where the path needs the room', () => {
  expect(shown({}, 40)).toBe('200  GET /api/items?page=2  12 ms 3.4 kB');
  expect(shown({}, 24)).toBe('200  GET /api/ite… 12 ms');
});

it('says which answers are not whole, which visitors left and where no answer came', () => {
  expect(shown({ cause: 'truncated' }, 80)).toContain('  200! GET');
  expect(shown({ status: undefined, cause: 'local' }, 80)).toContain('  left GET');
  expect(shown({ status: undefined, cause: 'refused' }, 80)).toContain('  fail GET');
});

it('fills the width and never passes it, whatever is in the path', () => {
  const paths = [
    '/',
    `/${'x'.repeat(20_000)}`,
    Buffer.from(`/${'日本語'.repeat(50)}`).toString('latin1'),
    `/e${'\u0301'.repeat(999)}`,
  ];
  for (const path of paths)
    for (const columns of [200, 80, 61, 60, 59, 40, 30, 24])
      expect(widthOf(requestLine({ ...REQUEST, path }, '14:02:11', columns))).toBe(columns);
});

it('shows letters of every script as such, and sequences for terminals as harmless text', () => {
  expect(shown({ path: Buffer.from('/日本').toString('latin1') }, 80)).toContain(' /日本 ');
  const evil = shown({ path: '/\u001b]0;owned\u0007\u009b2J\r\n', method: 'G\u001b[A' }, 120);
  expect(evil).toContain('/\\u001b]0;owned\\u0007');
  expect(evil).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
});

it('colours the class of the status', () => {
  const colours = [200, 304, 404, 500].map((status) => {
    const [, code] = requestLine({ ...REQUEST, status }, '14:02:11', 80);
    return code!.style;
  });
  expect(colours).toEqual(['green', 'cyan', 'yellow', 'red']);
});
