/**
 * CRC mode: behind each frame stands the CRC-32 (ISO-HDLC, as in zlib) of its header and payload. The function is handed in,
 * because this folder imports nothing.
 */
import { HEADER_BYTES } from './frame.ts';

/** The unsigned CRC-32 of `length` bytes at `at`. */
export type Crc32 = (bytes: Buffer, at: number, length: number) => number;

/** Writes `CRC_BYTES` bytes behind the frame whose header stands at `at`. */
export function writeCrc(bytes: Buffer, at: number, payloadLength: number, crc32: Crc32): void {
  const length = HEADER_BYTES + payloadLength;
  bytes.writeUInt32BE(crc32(bytes, at, length), at + length);
}

/** True if the frame whose header stands at `at`, all of it and its CRC being there, came undamaged. */
export function crcMatches(bytes: Buffer, at: number, payloadLength: number, crc32: Crc32): boolean {
  const length = HEADER_BYTES + payloadLength;
  return bytes.readUInt32BE(at + length) === crc32(bytes, at, length);
}
