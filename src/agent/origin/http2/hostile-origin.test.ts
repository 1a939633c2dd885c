import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  FLAG,
  type FramePeer,
  frame,
  number32,
  PREFACE,
  SETTING,
  settings,
  TYPE,
} from '../../../conformance/raw/frame-peer.ts';
import { encode, type Pairs } from '../../../conformance/raw/hpack.ts';
import type { WholeWay } from '../../../ingress/whole-way.testkit.ts';
import { grpcWay } from './grpc-way.testkit.ts';

const CALL: Pairs = [
  [':method', 'POST'],
  [':scheme', 'http'],
  [':authority', 'grpc.gw'],
  [':path', '/a.B/c'],
  ['content-type', 'application/grpc'],
  ['te', 'trailers'],
];
const LIMITS = { originKeepAliveMs: 300, originHeadMs: 400 };
/** RFC 8336, RFC 7838, and a type that nobody has. */
const [ORIGIN, ALTSVC, UNKNOWN] = [0x0c, 0x0a, 0xee];

const answer = (stream: number) =>
  Buffer.concat([
    frame(TYPE.headers, FLAG.endHeaders, stream, encode([[':status', '200']])),
    frame(TYPE.data, FLAG.endStream, stream, Buffer.from('good')),
  ]);
const head = (fields: Pairs, flags: number = FLAG.endHeaders, stream = 1) =>
  frame(TYPE.headers, flags, stream, encode(fields));
const update = (stream: number, by: number) => frame(TYPE.windowUpdate, 0, stream, number32(by));
const setting = (id: number, value: number) => frame(TYPE.settings, 0, 0, settings([[id, value]]));
const text16 = (text: string) =>
  Buffer.concat([Buffer.from([text.length >> 8, text.length & 0xff]), Buffer.from(text)]);
const many = (bytes: Buffer, count: number) => Buffer.concat(new Array<Buffer>(count).fill(bytes));

let origin: Server;
let way: WholeWay;
let peer: FramePeer;
/** What the origin says to the next request, once; to others it gives a good answer. */
let says: Buffer | undefined;
const sockets: Socket[] = [];

beforeEach(async () => {
  origin = createServer((socket) => {
    sockets.push(socket);
    let came = Buffer.alloc(0);
    let asked = 0;
    socket.write(frame(TYPE.settings, 0, 0));
    socket
      .on('error', () => {})
      .on('data', (bytes: Buffer) => {
        came = Buffer.concat([came, bytes]);
        for (const stream of requestsIn(came).slice(asked)) {
          asked += 1;
          socket.write(says ?? answer(stream));
          says = undefined;
        }
      });
  });
  ({ way, peer } = await grpcWay(origin, LIMITS));
});
afterEach(async () => {
  peer.close();
  await way.close();
  for (const socket of sockets.splice(0)) socket.destroy();
  origin.close();
});

/** The streams on which requests have come. */
function requestsIn(bytes: Buffer): number[] {
  const streams: number[] = [];
  for (let at = PREFACE.length; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3))
    if (bytes[at + 3] === TYPE.headers) streams.push(bytes.readUInt32BE(at + 5));
  return streams;
}

it.each<[string, Buffer]>([
  ['an ORIGIN frame', frame(ORIGIN, 0, 0, text16('https://elsewhere.example'))],
  ['an ORIGIN frame whose lengths lie', frame(ORIGIN, 0, 0, Buffer.from([0xff, 0xff, 0x61]))],
  ['a thousand ORIGIN frames', many(frame(ORIGIN, 0, 0, text16('https://elsewhere.example')), 1_000)],
  ['an ALTSVC frame', frame(ALTSVC, 0, 0, Buffer.concat([text16('https://a.example'), Buffer.from('h2="b:443"')]))],
  ['frames of a type that nobody has', many(frame(UNKNOWN, 0xff, 1, Buffer.alloc(64)), 100)],
  ['a setting that nobody has', setting(0xff, 1)],
])('behind %s the answer is served', async (_what, bytes) => {
  says = Buffer.concat([bytes, answer(1)]);
  const { body } = await peer.headers(1, CALL, true).ended(1);
  expect([peer.status(1), String(body)]).toEqual([200, 'good']);
});

it.each<[string, Buffer]>([
  ['a window of the connection above 2^31-1', update(0, 0x7fff_ffff)],
  ['a window of a stream above 2^31-1', update(1, 0x7fff_ffff)],
  ['a window that grows by nothing', update(0, 0)],
  ['a field block that cannot be read', frame(TYPE.headers, FLAG.endHeaders, 1, Buffer.from('ffffffffffff', 'hex'))],
  ['a head without a status', head([['x', 'y']])],
  ['a status that is none', head([[':status', '2x0']])],
  ['a push', frame(TYPE.pushPromise, FLAG.endHeaders, 1, Buffer.concat([number32(2), encode(CALL)]))],
  ['an answer to what was never asked', head([[':status', '200']], FLAG.endHeaders, 3)],
  ['an answer on a stream of its own', head([[':status', '200']], FLAG.endHeaders, 2)],
  ['data before a head', frame(TYPE.data, 0, 1, Buffer.from('x'))],
  ['a frame above what was allowed', frame(TYPE.data, 0, 1, Buffer.alloc(16_385))],
  ['PING of five bytes', frame(TYPE.ping, 0, 0, Buffer.alloc(5))],
  ['a table above what was allowed', frame(TYPE.headers, FLAG.endHeaders, 1, Buffer.from('3fe1ffff03', 'hex'))],
  ['settings on a stream', frame(TYPE.settings, 0, 1)],
  ['a window for streams above 2^31-1', setting(SETTING.window, 2 ** 31)],
  ['text of HTTP/1', Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')],
])('%s makes no good answer, and the next request is served', async (_what, bytes) => {
  says = bytes;
  const first = await peer.headers(1, CALL, true).ended(1);
  expect([first.end, peer.status(1)]).not.toEqual(['end', 200]);
  const { body } = await peer.headers(3, CALL, true).ended(3);
  expect([peer.status(3), String(body)]).toEqual([200, 'good']);
});
