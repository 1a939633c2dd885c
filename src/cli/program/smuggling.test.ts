// Requests that two programs could read differently: none of their bytes reaches an origin, and the connection does not go on.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { World } from './program.testkit.ts';
import { call, RawOrigin } from './wire.testkit.ts';

const world = new World();
let origin: RawOrigin;
let url: URL;

beforeAll(async () => {
  ({ origin, url } = await RawOrigin.exposed(world, (port) => String(port), ['--name', 'raw']));
});
afterAll(async () => {
  origin.close();
  await world.close();
});

const EVIL = 'GET /evil HTTP/1.1\r\nHost: HOST\r\n\r\n';

it.each([
  ['a length and chunks', ['Content-Length: 4', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
  ['chunks and a length', ['Transfer-Encoding: chunked', 'Content-Length: 5'], '0\r\n\r\n'],
  ['two lengths', ['Content-Length: 0', 'Content-Length: 37'], ''],
  ['a list of lengths', ['Content-Length: 0, 0'], ''],
  ['a length with a sign', ['Content-Length: +0'], ''],
  ['a length with an underscore', ['Content-Length: 1_0'], ''],
  ['another coding', ['Transfer-Encoding: xchunked'], '0\r\n\r\n'],
  ['a coding twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], '0\r\n\r\n'],
  ['a coding with a tab in front', ['Transfer-Encoding: \tchunked\x0b'], '0\r\n\r\n'],
  ['a space before the colon', ['Transfer-Encoding : chunked'], '0\r\n\r\n'],
  ['a folded line', ['X-A: b', ' Transfer-Encoding: chunked'], '0\r\n\r\n'],
  ['a bare CR', ['X-A: b\rTransfer-Encoding: chunked'], '0\r\n\r\n'],
  ['a bare LF', ['X-A: b\nTransfer-Encoding: chunked'], '0\r\n\r\n'],
  ['a NUL', ['X-A: b\0'], ''],
  ['a second host', ['Host: raw.localhost'], ''],
])('a request with %s is refused whole', async (_what, fields, body) => {
  const visitor = await call(url.port);
  const before = origin.count;
  const host = (text: string) => text.replaceAll('HOST', url.host);
  visitor.send(host(['POST / HTTP/1.1', 'Host: HOST', ...fields, '', body + EVIL].join('\r\n')));
  await visitor.ends();
  expect(visitor.text).toMatch(/^HTTP\/1\.1 (400|501) /);
  expect(visitor.text.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
  expect(origin.count).toBe(before);
  visitor.socket.destroy();
});

it('fields that only look like framing, or like ours, do not reach the origin', async () => {
  const visitor = await call(url.port);
  const fields = [
    'Transfer_Encoding: chunked',
    'Content_Length: 9',
    'X_Forwarded_For: 6.6.6.6',
    'X-Forwarded-For: 6.6.6.6',
  ];
  const nominated = 'Connection: close, X-Forwarded-For, X-Real-IP, Host, X-Mine';
  visitor.send(['GET / HTTP/1.1', `Host: ${url.host}`, ...fields, nominated, 'X-Mine: 1', '', ''].join('\r\n'));
  const served = await origin.take();
  await served.says('\r\n\r\n');
  expect(served.text).not.toMatch(/_|6\.6\.6\.6|X-Mine/i);
  expect(served.text).toMatch(/\r\nX-Forwarded-For: 127\.0\.0\.1\r\n/);
  expect(served.text).toContain(`\r\nHost: ${url.host}\r\n`);
  served.finish('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  await visitor.ends();
  visitor.socket.destroy();
});
