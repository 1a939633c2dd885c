// Headers as a load balancer would send them, made by hand, and a reader that gives the decoder just what it asks for.
import type { IntroductionReading } from '../contract/introduction.ts';
import { crc32c } from './crc32c.ts';
import { readHeader } from './header.ts';

export const BYTES_MAX = 4_096;
export const SIGNATURE = '0d0a0d0a000d0a515549540a';
/** 192.0.2.7:50000 at 198.51.100.1:443. */
export const IP4 = 'c0000207c6336401c35001bb';
/** [2001:db8::7]:50000 at [2001:db8::1]:443. */
export const IP6 = '20010db800000000000000000000000720010db8000000000000000000000001c35001bb';

/** `length` may lie. */
export function version2(command: number, family: number, block: string, length = block.length / 2): Buffer {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  return Buffer.from(`${SIGNATURE}${hex(command, 2)}${hex(family, 2)}${hex(length, 4)}${block}`, 'hex');
}

export function tlv(type: number, value: Buffer): string {
  const head = Buffer.from([type, value.length >> 8, value.length & 0xff]);
  return Buffer.concat([head, value]).toString('hex');
}

/** A header from 192.0.2.7 with the checksum it should have, behind other TLVs. `wrong` is added to it. */
export function checked(before: string, wrong = 0): Buffer {
  const header = version2(0x21, 0x11, IP4 + before + tlv(3, Buffer.alloc(4)));
  header.writeUInt32BE((crc32c(header) + wrong) >>> 0, header.length - 4);
  return header;
}

export interface Reading {
  readonly result: IntroductionReading;
  /** Bytes that were taken. */
  readonly taken: number;
}

/** Takes as many bytes as are asked for and no more, until the reading is over or nothing is left. */
export function readFrom(stream: Buffer, bytesMax = BYTES_MAX): Reading {
  let taken = 0;
  for (;;) {
    const result = readHeader(stream.subarray(0, taken), bytesMax);
    if (result.kind !== 'more' || taken + result.bytes > stream.length) return { result, taken };
    taken += result.bytes;
  }
}
