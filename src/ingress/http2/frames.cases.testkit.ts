// What RFC 9113 and RFC 7541 ask of a server, frame by frame (I8), as data.
import {
  CODE,
  FLAG,
  type FramePeer,
  frame,
  number32,
  SETTING,
  settings,
  TYPE,
} from '../../conformance/raw/frame-peer.ts';
import { encode, encodeIndexed, integer } from '../../conformance/raw/hpack.ts';
import { echo } from './http2-world.testkit.ts';

const { protocol, flowControl, streamClosed, frameSize, compression, refused } = CODE;
export const END = FLAG.endHeaders | FLAG.endStream;
const bytes = (...values: readonly number[]) => Buffer.from(values);
export const zeroes = (count: number) => Buffer.alloc(count);
export const get = encode(echo());
const post = encode(echo({ ':method': 'POST' }));
export const header = (flags: number, stream: number, block: Buffer) => frame(TYPE.headers, flags, stream, block);
const setting = (id: number, value: number) => frame(TYPE.settings, 0, 0, settings([[id, value]]));
const update = (stream: number, by: number) => frame(TYPE.windowUpdate, 0, stream, number32(by));
/** A GET that is answered, so that stream 1 is closed. */
const closed = async (peer: FramePeer) => {
  await peer.headers(1, echo()).ended(1);
  return peer;
};
/** A POST that the visitor goes on with. */
export const openPost = (peer: FramePeer) => peer.headers(1, echo({ ':method': 'POST' }), false);

/**
 * `connection`: it ends, with one of these codes in GOAWAY, or none where Node could not send one any more. `stream`: that stream
 * is reset, or the connection ends so. `served`: all is well.
 */
export type Outcome =
  | { readonly connection: readonly number[] }
  | { readonly stream: readonly number[]; readonly id?: number }
  | 'served';
export type Case = readonly [section: string, what: string, play: (peer: FramePeer) => unknown, outcome: Outcome];

const breaks = (...codes: readonly number[]): Outcome => ({ connection: codes });
const resets = (...codes: readonly number[]): Outcome => ({ stream: codes });
const raw =
  (...parts: readonly Buffer[]) =>
  (peer: FramePeer) =>
    void peer.send(...parts);

export const CASES: readonly Case[] = [
  // Frames.
  ['4.1', 'a frame of unknown type is ignored', raw(frame(0xee, 0, 0, zeroes(8))), 'served'],
  ['4.1', 'unknown flags are ignored', raw(frame(TYPE.ping, 0x16, 0, zeroes(8))), 'served'],
  ['4.1', 'the reserved bit of a stream is ignored', raw(header(END, 0x8000_0001, get)), 'served'],
  ['4.2', 'data of 16,384 bytes is one frame', (peer) => openPost(peer).data(1, zeroes(16_384), true), 'served'],
  ['4.2', 'data above 16,384 bytes', (peer) => openPost(peer).data(1, zeroes(16_385)), breaks(frameSize)],
  ['4.2', 'a field block above 16,384 bytes in one frame', raw(header(END, 1, zeroes(16_385))), breaks(frameSize)],
  [
    '4.3',
    'a field block that cannot be read',
    raw(header(END, 1, bytes(0x00, 0x85, 0xf2, 0xb2, 0x4a, 0x84, 0xff))),
    breaks(compression),
  ],
  [
    '4.3',
    'PRIORITY inside a field block',
    raw(header(FLAG.endStream, 1, get), frame(TYPE.priority, 0, 1, zeroes(5))),
    breaks(protocol),
  ],
  [
    '4.3',
    'another stream’s fields inside a field block',
    raw(header(FLAG.endStream, 1, get), header(END, 3, get)),
    breaks(protocol),
  ],
  [
    '5.5',
    'an unknown frame inside a field block',
    raw(header(FLAG.endStream, 1, get), frame(0xee, 0, 0, zeroes(8))),
    breaks(protocol),
  ],
  // States. Frames on a closed stream may be ignored (RFC 9113 §5.1), and nghttp2 does so: a reset may have crossed them.
  ['5.1', 'DATA on an idle stream', raw(frame(TYPE.data, 1, 1, zeroes(4))), breaks(protocol, streamClosed)],
  ['5.1', 'RST_STREAM on an idle stream', raw(frame(TYPE.reset, 0, 1, number32(8))), breaks(protocol)],
  ['5.1', 'WINDOW_UPDATE on an idle stream', raw(update(1, 100)), breaks(protocol)],
  ['5.1', 'CONTINUATION on an idle stream', raw(frame(TYPE.continuation, FLAG.endHeaders, 1, get)), breaks(protocol)],
  ['5.1', 'PRIORITY on an idle stream', raw(frame(TYPE.priority, 0, 1, bytes(0, 0, 0, 3, 16))), 'served'],
  [
    '5.1',
    'DATA behind the end',
    raw(header(END, 1, get), frame(TYPE.data, 1, 1, zeroes(4))),
    resets(streamClosed, protocol),
  ],
  ['5.1', 'HEADERS behind the end', raw(header(END, 1, get), header(END, 1, get)), resets(streamClosed, protocol)],
  [
    '5.1',
    'DATA behind a reset',
    (peer) =>
      peer
        .headers(1, echo({ ':method': 'POST' }), false)
        .reset(1)
        .data(1, 'x', true),
    'served',
  ],
  [
    '5.1',
    'HEADERS behind a reset',
    (peer) =>
      peer
        .headers(1, echo({ ':method': 'POST' }), false)
        .reset(1)
        .headers(1, echo()),
    'served',
  ],
  [
    '5.1',
    'PRIORITY on a closed stream',
    async (peer) => (await closed(peer)).send(frame(TYPE.priority, 0, 1, bytes(0, 0, 0, 3, 16))),
    'served',
  ],
  ['5.1', 'WINDOW_UPDATE on a closed stream', async (peer) => (await closed(peer)).send(update(1, 10)), 'served'],
  ['5.1', 'RST_STREAM on a closed stream', async (peer) => (await closed(peer)).reset(1), 'served'],
  ['5.1', 'HEADERS on a closed stream', async (peer) => (await closed(peer)).headers(1, echo()), 'served'],
  ['5.1.1', 'a stream of an even number', raw(header(END, 2, get)), breaks(protocol)],
  ['5.1.1', 'a stream below the last one', raw(header(END, 5, get), header(END, 3, get)), 'served'],
  [
    '5.1.2',
    'one stream more than allowed',
    (peer) => {
      for (let id = 1; id <= 201; id += 2) peer.send(header(FLAG.endHeaders, id, post));
    },
    { stream: [refused, protocol], id: 201 },
  ],
  [
    '5.3',
    'a stream that depends on itself',
    raw(header(END | FLAG.priority, 1, Buffer.concat([bytes(0, 0, 0, 1, 0), get]))),
    breaks(protocol),
  ],
  ['5.4.1', 'a connection error ends in GOAWAY and a close', raw(frame(TYPE.ping, 0, 0, zeroes(7))), breaks(frameSize)],
  // DATA, HEADERS, PRIORITY, RST_STREAM.
  ['6.1', 'DATA on stream 0', raw(frame(TYPE.data, 0, 0, zeroes(4))), breaks(protocol)],
  [
    '6.1',
    'padding as long as the frame',
    (peer) => openPost(peer).send(frame(TYPE.data, FLAG.padded, 1, bytes(5, 0, 0, 0, 0))),
    breaks(protocol),
  ],
  [
    '6.1',
    'padded data',
    (peer) => openPost(peer).send(frame(TYPE.data, FLAG.padded | FLAG.endStream, 1, bytes(3, 0x61, 0, 0, 0))),
    'served',
  ],
  ['6.2', 'HEADERS on stream 0', raw(header(END, 0, get)), breaks(protocol)],
  [
    '6.2',
    'padding longer than the frame',
    raw(header(END | FLAG.padded, 1, Buffer.concat([bytes(255), get]))),
    breaks(protocol),
  ],
  [
    '6.2',
    'a padded field block with a priority',
    raw(header(END | FLAG.padded | FLAG.priority, 1, Buffer.concat([bytes(2, 0, 0, 0, 0, 15), get, zeroes(2)]))),
    'served',
  ],
  // nghttp2 knows no priorities any more, and looks at none.
  ['6.3', 'PRIORITY on stream 0', raw(frame(TYPE.priority, 0, 0, zeroes(5))), 'served'],
  [
    '6.3',
    'PRIORITY of 4 bytes',
    raw(header(FLAG.endHeaders, 1, post), frame(TYPE.priority, 0, 1, zeroes(4))),
    resets(frameSize),
  ],
  ['6.4', 'RST_STREAM on stream 0', raw(frame(TYPE.reset, 0, 0, number32(8))), breaks(protocol)],
  [
    '6.4',
    'RST_STREAM of 3 bytes',
    raw(header(FLAG.endHeaders, 1, post), frame(TYPE.reset, 0, 1, zeroes(3))),
    breaks(frameSize),
  ],
  // SETTINGS, PUSH_PROMISE, PING, GOAWAY.
  [
    '6.5',
    'SETTINGS are acknowledged',
    async (peer) => {
      peer.send(setting(SETTING.streams, 50));
      await peer.until(
        () => peer.frames.filter(({ type, flags }) => type === TYPE.settings && flags === 1).length === 2,
      );
    },
    'served',
  ],
  ['6.5', 'an acknowledgement with a payload', raw(frame(TYPE.settings, 1, 0, zeroes(6))), breaks(frameSize)],
  ['6.5', 'SETTINGS on a stream', raw(frame(TYPE.settings, 0, 1, zeroes(6))), breaks(protocol)],
  ['6.5', 'SETTINGS of 3 bytes', raw(frame(TYPE.settings, 0, 0, zeroes(3))), breaks(frameSize)],
  ['6.5.2', 'ENABLE_PUSH 2', raw(setting(SETTING.push, 2)), breaks(protocol)],
  ['6.5.2', 'a window above 2^31-1', raw(setting(SETTING.window, 2 ** 31)), breaks(flowControl)],
  ['6.5.2', 'a frame size below 16,384', raw(setting(SETTING.frameSize, 16_383)), breaks(protocol)],
  ['6.5.2', 'a frame size above 2^24-1', raw(setting(SETTING.frameSize, 2 ** 24)), breaks(protocol)],
  ['6.5.2', 'an unknown setting', raw(setting(0xff, 1)), 'served'],
  [
    '6.6',
    'PUSH_PROMISE of a visitor',
    raw(
      header(FLAG.endHeaders, 1, post),
      frame(TYPE.pushPromise, FLAG.endHeaders, 1, Buffer.concat([number32(2), get])),
    ),
    breaks(protocol),
  ],
  [
    '6.7',
    'PING is answered with its bytes',
    async (peer) => {
      peer.send(frame(TYPE.ping, 0, 0, Buffer.from('abcdefgh')));
      await peer.until(() =>
        peer.frames.some(
          ({ type, flags, payload }) => type === TYPE.ping && flags === 1 && payload.toString() === 'abcdefgh',
        ),
      );
    },
    'served',
  ],
  ['6.7', 'an acknowledgement that nobody asked for', raw(frame(TYPE.ping, 1, 0, zeroes(8))), breaks(protocol)],
  ['6.7', 'PING on a stream', raw(frame(TYPE.ping, 0, 1, zeroes(8))), breaks(protocol)],
  ['6.7', 'PING of 6 bytes', raw(frame(TYPE.ping, 0, 0, zeroes(6))), breaks(frameSize)],
  ['6.8', 'GOAWAY on a stream', raw(frame(TYPE.goaway, 0, 1, zeroes(8))), breaks(protocol)],
  ['6.8', 'GOAWAY of 4 bytes', raw(frame(TYPE.goaway, 0, 0, zeroes(4))), breaks(frameSize)],
  // WINDOW_UPDATE and the windows.
  ['6.9', 'WINDOW_UPDATE by 0 of the connection', raw(update(0, 0)), breaks(protocol)],
  ['6.9', 'WINDOW_UPDATE by 0 of a stream', raw(header(FLAG.endHeaders, 1, post), update(1, 0)), resets(protocol)],
  ['6.9', 'WINDOW_UPDATE of 3 bytes', raw(frame(TYPE.windowUpdate, 0, 0, zeroes(3))), breaks(frameSize)],
  [
    '6.9.1',
    'a connection’s window above 2^31-1',
    raw(update(0, 2 ** 31 - 1), update(0, 2 ** 31 - 1)),
    breaks(flowControl),
  ],
  [
    '6.9.1',
    'a stream’s window above 2^31-1',
    raw(header(FLAG.endHeaders, 1, post), update(1, 2 ** 31 - 1), update(1, 2 ** 31 - 1)),
    resets(flowControl),
  ],
  [
    '6.9.1',
    'more data than the window',
    (peer) => {
      openPost(peer);
      for (let i = 0; i < 20; i += 1) peer.data(1, zeroes(16_384));
    },
    breaks(flowControl),
  ],
  [
    '6.9.2',
    'a window that is made smaller holds back what comes after, and a larger one lets it go',
    async (peer) => {
      peer.generous = false;
      peer
        .send(setting(SETTING.window, 3))
        .headers(1, echo({ ':method': 'POST' }), false)
        .data(1, 'abcdefgh', true);
      await peer.until(() => peer.stream(1).body.length === 3);
      peer.send(setting(SETTING.window, 8));
      await peer.until(() => peer.stream(1).body.toString() === 'abcdefgh');
    },
    'served',
  ],
  // CONTINUATION.
  [
    '6.10',
    'a field block in three parts',
    raw(
      header(FLAG.endStream, 1, get.subarray(0, 5)),
      frame(TYPE.continuation, 0, 1, get.subarray(5, 9)),
      frame(TYPE.continuation, FLAG.endHeaders, 1, get.subarray(9)),
    ),
    'served',
  ],
  [
    '6.10',
    'CONTINUATION on stream 0',
    raw(header(FLAG.endStream, 1, get), frame(TYPE.continuation, FLAG.endHeaders, 0, get)),
    breaks(protocol),
  ],
  [
    '6.10',
    'CONTINUATION behind the end of a block',
    raw(header(END, 1, get), frame(TYPE.continuation, FLAG.endHeaders, 1, get)),
    breaks(protocol),
  ],
  [
    '6.10',
    'CONTINUATION behind DATA',
    (peer) =>
      peer
        .headers(1, echo({ ':method': 'POST' }), false)
        .data(1, 'x')
        .send(frame(TYPE.continuation, FLAG.endHeaders, 1, get)),
    breaks(protocol),
  ],
  // Messages.
  [
    '8.1',
    'trailers that do not end the stream',
    (peer) => peer.headers(1, echo({ ':method': 'POST' }), false).headers(1, [['x', 'y']], false),
    resets(protocol),
  ],
  [
    '8.1',
    'trailers with a pseudo-field',
    (peer) => peer.headers(1, echo({ ':method': 'POST' }), false).headers(1, [[':method', 'GET']], true),
    resets(protocol),
  ],
  [
    '8.1',
    'trailers with a field that is not legal',
    (peer) => peer.headers(1, echo({ ':method': 'POST' }), false).headers(1, [['x y', 'z']], true),
    'served',
  ],
  // HPACK.
  [
    '7541 2.3.3',
    'an entry beyond the table',
    raw(header(END, 1, Buffer.concat([integer(70, 7, 0x80), get]))),
    breaks(compression),
  ],
  [
    '7541 4.2',
    'a change of the table’s size behind a field',
    raw(header(END, 1, Buffer.concat([get, bytes(0x20)]))),
    breaks(compression),
  ],
  [
    '7541 5.1',
    'an integer without end',
    raw(header(END, 1, Buffer.concat([get, bytes(0xff, ...Array(20).fill(0xff))]))),
    breaks(compression),
  ],
  [
    '7541 5.2',
    'padding of more than 7 bits',
    raw(header(END, 1, Buffer.concat([get, bytes(0x00, 0x86, 0x18, 0xc6, 0x31, 0x8c, 0x63, 0xff, 0x01, 0x61)]))),
    breaks(compression),
  ],
  [
    '7541 5.2',
    'padding of zeroes',
    raw(header(END, 1, Buffer.concat([get, bytes(0x00, 0x81, 0x18, 0x01, 0x61)]))),
    breaks(compression),
  ],
  [
    '7541 5.2',
    'the end-of-string symbol',
    raw(header(END, 1, Buffer.concat([get, bytes(0x00, 0x84, 0xff, 0xff, 0xff, 0xff, 0x01, 0x61)]))),
    breaks(compression),
  ],
  ['7541 6.1', 'entry 0', raw(header(END, 1, Buffer.concat([bytes(0x80), get]))), breaks(compression)],
  [
    '7541 6.3',
    'a table larger than allowed',
    raw(header(END, 1, Buffer.concat([integer(65_536, 5, 0x20), get]))),
    breaks(compression),
  ],
  [
    '7541 6.2',
    'entries that are made and used',
    raw(header(END, 1, Buffer.concat([get, encodeIndexed('x-a', 'b'), bytes(0xbe)]))),
    'served',
  ],
];
