// Bodies are nobody's business but the visitor's and the origin's (X10, X19): whatever type and coding they are said to have, they pass byte
// for byte both ways, and nothing is parsed, unpacked or packed on the way.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { World } from './program.testkit.ts';
import { begin, digest } from './visit.testkit.ts';

/** Says what it got in a field, and sends it back as it came. */
const origin = createServer(async (asked, answer) => {
  const parts: Buffer[] = [];
  for await (const part of asked) parts.push(part);
  const body = Buffer.concat(parts);
  const { sha256 } = await digest(Readable.from([body]));
  const { 'content-type': type = '', 'content-encoding': coding } = asked.headers;
  answer.writeHead(200, { 'x-sha256': sha256, 'content-type': type, ...(coding && { 'content-encoding': coding }) });
  answer.end(body);
});
const world = new World();
let url: URL;

beforeAll(async () => {
  origin.listen(0, '127.0.0.1');
  await once(origin, 'listening');
  await world.serve();
  ({ url } = await world.expose(String((origin.address() as AddressInfo).port), ['--name', 'bodies']));
});
afterAll(async () => {
  origin.closeAllConnections();
  origin.close();
  await world.close();
});

const TYPES = [
  ...[
    'text/plain',
    'text/plain; charset=utf-16le',
    'text/html',
    'text/html; charset=iso-8859-1',
    'text/css',
    'text/csv',
  ],
  ...['text/event-stream', 'text/javascript', 'text/markdown', 'text/xml', 'text/calendar', 'application/json'],
  ...['application/ld+json', 'application/x-ndjson', 'application/xml', 'application/soap+xml', 'application/pdf'],
  ...['application/zip', 'application/gzip', 'application/zstd', 'application/wasm', 'application/octet-stream'],
  ...['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'multipart/mixed; boundary="a b"'],
  ...['multipart/byteranges; boundary=x', 'multipart/related', 'message/http', 'message/rfc822', 'image/png'],
  ...['image/svg+xml', 'image/webp', 'audio/ogg', 'video/mp4', 'font/woff2', 'model/gltf+json', 'application/cbor'],
  ...['application/grpc-web', 'application/vnd.api+json', 'nonsense'],
];

/** What somebody who reads bodies would stumble over. */
const BAIT = Buffer.concat([
  Buffer.from('--x\r\nContent-Disposition: form-data; name="a\r\nb"\r\n\r\n1\n--x--\r\n'),
  Buffer.from('0\r\n\r\nGET /inner HTTP/1.1\r\nHost: bodies.localhost\r\n\r\n\n\r\0'),
  Buffer.from('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>&b;{"__proto__":{"a":1},"a":1e999}'),
  Buffer.from(Array.from({ length: 512 }, (_, at) => at % 256)),
]);

/** Back and forth; resolves with how both arrived, and as what. */
async function pass(body: Buffer, headers: Record<string, string>) {
  const answer = await begin(url, { method: 'POST', headers, body });
  const back = await digest(answer);
  const { 'x-sha256': there, 'content-type': type, 'content-encoding': coding } = answer.headers;
  return { there, back: back.sha256, type, coding };
}

it(`of ${TYPES.length} content types, with a length and in chunks`, async () => {
  const { sha256 } = await digest(Readable.from([BAIT]));
  for (const type of TYPES) {
    const whole = { there: sha256, back: sha256, type, coding: undefined };
    expect(await pass(BAIT, { 'content-type': type, 'content-length': String(BAIT.length) })).toEqual(whole);
    expect(await pass(BAIT, { 'content-type': type, 'transfer-encoding': 'chunked' })).toEqual(whole);
  }
});

it.each([
  ['what is packed and grows a thousandfold', 'gzip', gzipSync(Buffer.alloc(16 * 1024 * 1024))],
  ['what is packed in packed', 'gzip, gzip, gzip', gzipSync(gzipSync(gzipSync(BAIT)))],
  ['what is not packed at all', 'gzip', BAIT],
  ['what nobody can unpack', 'br, zstd, x-unheard-of', BAIT],
])('of %s', async (_what, coding, body) => {
  const { sha256 } = await digest(Readable.from([body]));
  const headers = { 'content-type': 'text/plain', 'content-encoding': coding, 'accept-encoding': 'identity' };
  expect(await pass(body, headers)).toEqual({ there: sha256, back: sha256, type: 'text/plain', coding });
});
