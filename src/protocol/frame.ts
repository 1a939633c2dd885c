/**
 * The frame header: length u24 · type u8 · stream u32, big-endian; the length counts the payload alone.
 * Knows which lengths and stream numbers each type may have; knows neither payloads nor states.
 */
import { DATAGRAM_BYTES_MAX } from '../contract/datagram.ts';
import type { LimitName, Limits } from '../contract/limits.ts';
import type { ProtocolErrorCode } from './error.ts';
import { GENERATION_FIRST, generationOf } from './stream-id.ts';

export const HEADER_BYTES = 8;
/** In CRC mode every frame is followed by the CRC-32 of its header and payload. */
export const CRC_BYTES = 4;
/** What 24 bits can say; limits are lower. */
export const LENGTH_MAX = 0xff_ffff;

export const FRAME = {
  HELLO: 0x01,
  PROOF: 0x02,
  WELCOME: 0x03,
  PING: 0x04,
  PONG: 0x05,
  GOAWAY: 0x06,
  EXPOSE: 0x10,
  EXPOSED: 0x11,
  EXPOSE_REFUSED: 0x12,
  WITHDRAW: 0x13,
  OPEN: 0x20,
  OPENED: 0x21,
  HEAD: 0x22,
  DATA: 0x23,
  TRAILERS: 0x24,
  FIN: 0x25,
  RST: 0x26,
  RST_ACK: 0x27,
  CREDIT: 0x28,
  DATAGRAM: 0x29,
} as const;
export type FrameName = keyof typeof FRAME;
export type FrameType = (typeof FRAME)[FrameName];

/**
 * What each type may be: of the session (stream 0) or of a stream, and how long: an exact number of bytes, or up to a bound of
 * `FrameBounds`. An empty DATA frame would be work without progress, so DATA has at least one byte.
 */
export const FRAME_RULE = {
  HELLO: { of: 'session', least: 0, most: 'handshake' },
  PROOF: { of: 'session', least: 0, most: 'handshake' },
  WELCOME: { of: 'session', least: 0, most: 'control' },
  PING: { of: 'session', least: 4, most: 4 },
  PONG: { of: 'session', least: 4, most: 4 },
  GOAWAY: { of: 'session', least: 0, most: 'control' },
  EXPOSE: { of: 'session', least: 0, most: 'control' },
  EXPOSED: { of: 'session', least: 0, most: 'control' },
  EXPOSE_REFUSED: { of: 'session', least: 0, most: 'control' },
  WITHDRAW: { of: 'session', least: 0, most: 'control' },
  OPEN: { of: 'stream', least: 0, most: 'control' },
  OPENED: { of: 'stream', least: 0, most: 0 },
  HEAD: { of: 'stream', least: 0, most: 'control' },
  DATA: { of: 'stream', least: 1, most: 'data' },
  TRAILERS: { of: 'stream', least: 0, most: 'control' },
  FIN: { of: 'stream', least: 0, most: 0 },
  RST: { of: 'stream', least: 2, most: 2 },
  RST_ACK: { of: 'stream', least: 0, most: 0 },
  CREDIT: { of: 'stream', least: 4, most: 4 },
  DATAGRAM: { of: 'stream', least: 0, most: 'datagram' },
} as const satisfies Record<FrameName, FrameRule>;

export interface FrameRule {
  readonly of: 'session' | 'stream';
  readonly least: number;
  readonly most: number | 'handshake' | 'control' | 'data' | 'datagram';
}

/** The longest and shortest payload by type, looked up for every frame; `most` is -1 where no such type exists. */
export interface FrameBounds {
  readonly least: Int32Array;
  readonly most: Int32Array;
  /** 1 where the type belongs to a stream. */
  readonly ofStream: Uint8Array;
  /** The longest frame of any type, header and CRC included: nobody ever has to store more than this. */
  readonly storeBytesMax: number;
}

/** What a receiver takes. With CRC, frames are delivered whole, so DATA is kept as short as `frameBytesCrc`. */
export function frameBounds(limits: Limits, crc: boolean): FrameBounds {
  const bytes = {
    handshake: limits.linkUnauthenticatedBytes,
    control: limits.controlFrameBytes,
    // Delivered whole, so that it is kept or dropped whole.
    datagram: Math.min(DATAGRAM_BYTES_MAX, limits.controlFrameBytes),
    data: crc ? Math.min(limits.frameBytes, limits.frameBytesCrc) : limits.frameBytes,
  };
  const least = new Int32Array(256);
  const most = new Int32Array(256).fill(-1);
  const ofStream = new Uint8Array(256);
  for (const name of Object.keys(FRAME) as FrameName[]) {
    const rule: FrameRule = FRAME_RULE[name];
    const type = FRAME[name];
    least[type] = rule.least;
    most[type] = Math.min(LENGTH_MAX, typeof rule.most === 'number' ? rule.most : bytes[rule.most]);
    ofStream[type] = rule.of === 'stream' ? 1 : 0;
  }
  return { least, most, ofStream, storeBytesMax: HEADER_BYTES + Math.max(...most) + (crc ? CRC_BYTES : 0) };
}

const LIMIT_OF = {
  handshake: 'linkUnauthenticatedBytes',
  control: 'controlFrameBytes',
  data: 'frameBytes',
  datagram: 'controlFrameBytes',
} as const;

/** The limit that bounds frames of this type; undefined where the type itself says how long it is. */
export function lengthLimit(type: number, crc: boolean): LimitName | undefined {
  const name = (Object.keys(FRAME) as FrameName[]).find((each) => FRAME[each] === type);
  const { most }: Pick<FrameRule, 'most'> = name === undefined ? { most: 0 } : FRAME_RULE[name];
  if (typeof most === 'number') return undefined;
  return crc && most === 'data' ? 'frameBytesCrc' : LIMIT_OF[most];
}

/** Writes `HEADER_BYTES` bytes. `length` ≤ `LENGTH_MAX`; the caller keeps within what the peer's HELLO allows. */
export function writeHeader(bytes: Uint8Array, at: number, length: number, type: number, stream: number): void {
  bytes[at] = length >>> 16;
  bytes[at + 1] = length >>> 8;
  bytes[at + 2] = length;
  bytes[at + 3] = type;
  bytes[at + 4] = stream >>> 24;
  bytes[at + 5] = stream >>> 16;
  bytes[at + 6] = stream >>> 8;
  bytes[at + 7] = stream;
}

export function frameLength(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
}

export function frameType(bytes: Uint8Array, at: number): number {
  return bytes[at + 3]!;
}

export function frameStream(bytes: Uint8Array, at: number): number {
  return ((bytes[at + 4]! << 24) | (bytes[at + 5]! << 16) | (bytes[at + 6]! << 8) | bytes[at + 7]!) >>> 0;
}

/**
 * Holds a header against the rules, before a byte of the payload is taken. Undefined: it keeps them.
 * Allocates nothing; the caller makes the error.
 */
export function checkHeader(
  length: number,
  type: number,
  stream: number,
  bounds: FrameBounds,
): Extract<ProtocolErrorCode, 'type' | 'length' | 'stream'> | undefined {
  const most = bounds.most[type]!;
  if (most < 0) return 'type';
  if (length > most || length < bounds.least[type]!) return 'length';
  const legal = bounds.ofStream[type] === 1 ? generationOf(stream) >= GENERATION_FIRST : stream === 0;
  return legal ? undefined : 'stream';
}
