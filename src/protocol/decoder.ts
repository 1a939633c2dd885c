/**
 * Finds frames in bytes. Pure: it stores nothing, so what a caller holds is what it was told to wait for, and that is never more than
 * `bounds.storeBytesMax`. Knows no payload. (A session that hands on DATA in pieces, before the frame is whole, takes
 * `checkHeader` alone.)
 */
import { type Crc32, crcMatches } from './crc.ts';
import { ProtocolError } from './error.ts';
import {
  CRC_BYTES,
  checkHeader,
  type FrameBounds,
  frameLength,
  frameStream,
  frameType,
  HEADER_BYTES,
} from './frame.ts';

export interface Frame {
  readonly type: number;
  readonly stream: number;
  readonly payloadAt: number;
  readonly length: number;
  /** Where the next frame begins. */
  readonly end: number;
}

/**
 * The frame that begins at `at`, of which `length` bytes are there. A number: not enough yet; it says how many there must be before it is
 * worth asking again. With `crc32` each frame is followed by its CRC. Throws ProtocolError `type`, `length`, `stream` as soon
 * as the header is there, and `crc`.
 */
export function nextFrame(
  bytes: Buffer,
  at: number,
  length: number,
  bounds: FrameBounds,
  crc32?: Crc32,
): Frame | number {
  if (length < HEADER_BYTES) return HEADER_BYTES;
  const frame: Frame = {
    type: frameType(bytes, at),
    stream: frameStream(bytes, at),
    payloadAt: at + HEADER_BYTES,
    length: frameLength(bytes, at),
    end: at + HEADER_BYTES + frameLength(bytes, at) + (crc32 === undefined ? 0 : CRC_BYTES),
  };
  const fault = checkHeader(frame.length, frame.type, frame.stream, bounds);
  if (fault !== undefined) {
    throw new ProtocolError(fault, `type ${frame.type}, stream ${frame.stream}, ${frame.length} bytes`);
  }
  if (frame.end - at > length) return frame.end - at;
  if (crc32 !== undefined && !crcMatches(bytes, at, frame.length, crc32)) {
    throw new ProtocolError('crc', `type ${frame.type}, ${frame.length} bytes`);
  }
  return frame;
}
