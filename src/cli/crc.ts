import { crc32 } from 'node:zlib';
import type { Crc32 } from '../protocol/crc.ts';

/** The CRC that `protocol` asks for, by zlib. */
export const zlibCrc32: Crc32 = (bytes, at, length) => crc32(bytes.subarray(at, at + length));
