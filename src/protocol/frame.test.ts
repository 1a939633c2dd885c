import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DATAGRAM_BYTES_MAX } from '../contract/datagram.ts';
import { limitValues } from '../contract/limits.ts';
import {
  CRC_BYTES,
  checkHeader,
  FRAME,
  FRAME_RULE,
  type FrameName,
  frameBounds,
  frameLength,
  frameStream,
  frameType,
  HEADER_BYTES,
  LENGTH_MAX,
  lengthLimit,
  writeHeader,
} from './frame.ts';
import { number } from './reference.testkit.ts';
import { OPENER, streamId } from './stream-id.ts';

const LIMITS = limitValues();
const BOUNDS = frameBounds(LIMITS, false);
const STREAM = streamId(1, 0, OPENER.agent);

describe('a frame header', () => {
  const u24 = fc.integer({ min: 0, max: LENGTH_MAX });
  const u8 = fc.integer({ min: 0, max: 255 });
  const u32 = fc.integer({ min: 0, max: 0xffff_ffff });

  it('comes back as it went, from anywhere, and touches nothing beside its eight bytes', () => {
    fc.assert(
      fc.property(u24, u8, u32, fc.integer({ min: 0, max: 9 }), (length, type, stream, at) => {
        const bytes = Buffer.alloc(20, 0xa5);
        writeHeader(bytes, at, length, type, stream);
        expect([frameLength(bytes, at), frameType(bytes, at), frameStream(bytes, at)]).toEqual([length, type, stream]);
        const expected = Buffer.alloc(20, 0xa5);
        expected.set([...number(length, 3), type, ...number(stream, 4)], at);
        expect(bytes.equals(expected)).toBe(true);
      }),
    );
  });

  it('has its length first, then type and stream, most significant byte first', () => {
    const bytes = Buffer.alloc(HEADER_BYTES);
    writeHeader(bytes, 0, 0x010203, 0x23, 0xfffe_fdfc);
    expect(bytes.toString('hex')).toBe('01020323fffefdfc');
  });
});

// The frames of the promise X17: what muxers were broken by, one by one.
describe('a header is refused', () => {
  it.each([
    ['type 0', 0, 0x00, 0, 'type'],
    ['a type between two families', 0, 0x07, 0, 'type'],
    ['a type behind the exposures', 0, 0x14, 0, 'type'],
    ['a type behind the streams', 0, 0x2a, STREAM, 'type'],
    ['type 255', 0, 0xff, STREAM, 'type'],
    ['DATA of no bytes', 0, FRAME.DATA, STREAM, 'length'],
    ['DATA longer than a DATA frame may be', LIMITS.frameBytes + 1, FRAME.DATA, STREAM, 'length'],
    ['DATA of 24 bits', LENGTH_MAX, FRAME.DATA, STREAM, 'length'],
    ['DATAGRAM longer than UDP carries', DATAGRAM_BYTES_MAX + 1, FRAME.DATAGRAM, STREAM, 'length'],
    ['OPEN longer than a control frame', LIMITS.controlFrameBytes + 1, FRAME.OPEN, STREAM, 'length'],
    ['HEAD longer than a control frame', LIMITS.controlFrameBytes + 1, FRAME.HEAD, STREAM, 'length'],
    ['GOAWAY longer than a control frame', LIMITS.controlFrameBytes + 1, FRAME.GOAWAY, 0, 'length'],
    ['HELLO longer than a stranger may be', LIMITS.linkUnauthenticatedBytes + 1, FRAME.HELLO, 0, 'length'],
    ['PROOF longer than a stranger may be', LIMITS.linkUnauthenticatedBytes + 1, FRAME.PROOF, 0, 'length'],
    ['PING of three bytes', 3, FRAME.PING, 0, 'length'],
    ['PONG of five bytes', 5, FRAME.PONG, 0, 'length'],
    ['FIN with a payload', 1, FRAME.FIN, STREAM, 'length'],
    ['OPENED with a payload', 1, FRAME.OPENED, STREAM, 'length'],
    ['RST without a code', 0, FRAME.RST, STREAM, 'length'],
    ['RST_ACK with a code', 2, FRAME.RST_ACK, STREAM, 'length'],
    ['CREDIT of eight bytes', 8, FRAME.CREDIT, STREAM, 'length'],
    ['DATA of the session', 1, FRAME.DATA, 0, 'stream'],
    ['OPEN of the session', 6, FRAME.OPEN, 0, 'stream'],
    ['CREDIT of the session', 4, FRAME.CREDIT, 0, 'stream'],
    ['FIN of generation 0', 0, FRAME.FIN, streamId(0, 5, OPENER.gateway), 'stream'],
    ['PING of a stream', 4, FRAME.PING, STREAM, 'stream'],
    ['HELLO of a stream', 100, FRAME.HELLO, STREAM, 'stream'],
    ['GOAWAY of stream 1', 10, FRAME.GOAWAY, 1, 'stream'],
  ] as const)('for %s', (_what, length, type, stream, expected) => {
    expect(checkHeader(length, type, stream, BOUNDS)).toBe(expected);
  });
});

describe('a header is legal', () => {
  it.each(Object.keys(FRAME) as FrameName[])('for the shortest and the longest %s', (name) => {
    const stream = FRAME_RULE[name].of === 'stream' ? STREAM : 0;
    const type = FRAME[name];
    expect(checkHeader(BOUNDS.least[type]!, type, stream, BOUNDS)).toBeUndefined();
    expect(checkHeader(BOUNDS.most[type]!, type, stream, BOUNDS)).toBeUndefined();
    expect(checkHeader(BOUNDS.most[type]! + 1, type, stream, BOUNDS)).toBe('length');
  });
});

describe('the limit behind a length', () => {
  it('is named for types of any length, and for none that says its length itself', () => {
    expect(lengthLimit(FRAME.PROOF, false)).toBe('linkUnauthenticatedBytes');
    expect(lengthLimit(FRAME.OPEN, false)).toBe('controlFrameBytes');
    expect(lengthLimit(FRAME.DATA, false)).toBe('frameBytes');
    expect(lengthLimit(FRAME.DATA, true)).toBe('frameBytesCrc');
    expect(lengthLimit(FRAME.OPEN, true)).toBe('controlFrameBytes');
    expect(lengthLimit(FRAME.PING, false)).toBeUndefined();
    expect(lengthLimit(0xff, false)).toBeUndefined();
  });
});

describe('the bounds of frames', () => {
  it('follow the limits that were handed in', () => {
    const bounds = frameBounds(
      limitValues({ frameBytes: 100, controlFrameBytes: 60, linkUnauthenticatedBytes: 50 }),
      false,
    );
    expect(bounds.most[FRAME.DATA]).toBe(100);
    expect(bounds.most[FRAME.HEAD]).toBe(60);
    expect(bounds.most[FRAME.HELLO]).toBe(50);
    expect(bounds.storeBytesMax).toBe(HEADER_BYTES + 100);
  });

  it('with CRC keep DATA as short as it can be delivered whole', () => {
    const bounds = frameBounds(LIMITS, true);
    expect(bounds.most[FRAME.DATA]).toBe(LIMITS.frameBytesCrc);
    expect(bounds.storeBytesMax).toBe(HEADER_BYTES + LIMITS.controlFrameBytes + CRC_BYTES);
    expect(frameBounds(limitValues({ frameBytes: 9 }), true).most[FRAME.DATA]).toBe(9);
  });

  it('never exceed what 24 bits can say', () => {
    expect(frameBounds(limitValues({ frameBytes: 2 ** 30 }), false).most[FRAME.DATA]).toBe(LENGTH_MAX);
  });
});
