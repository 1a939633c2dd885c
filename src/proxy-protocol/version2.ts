/**
 * Version 2 of the PROXY protocol (HAProxy, proxy-protocol.txt §2.2): sixteen bytes, two addresses, then TLVs, of which only the
 * checksum matters here.
 */
import type { IntroductionReading } from '../contract/introduction.ts';
import { formatIp, type Ip } from '../router/address.ts';
import { crc32c } from './crc32c.ts';
import type { Endpoints } from './endpoints.ts';

/** Chosen so that no other protocol takes it for its own: two line ends, a NUL, QUIT. */
export const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

const HEAD_BYTES = 16;
const COMMAND = { local: 0x20, proxy: 0x21 } as const;
/** High nibble the family, low nibble the transport. */
const FAMILY = {
  none: 0x00,
  tcp4: 0x11,
  udp4: 0x12,
  tcp6: 0x21,
  udp6: 0x22,
  unixStream: 0x31,
  unixDatagram: 0x32,
} as const;
/** Lawful, and never the visitor of a TCP connection over IP. */
const UNUSABLE: ReadonlySet<number> = new Set([FAMILY.udp4, FAMILY.udp6, FAMILY.unixStream, FAMILY.unixDatagram]);
const CHECKSUM = 0x03;

const MALFORMED = { kind: 'refused', why: 'malformed' } as const;
const NOBODY = { kind: 'whole', visitor: undefined } as const;

/** `bytes` begin with the signature. */
export function readVersion2(bytes: Buffer, bytesMax: number): IntroductionReading {
  if (bytes.length < HEAD_BYTES) return { kind: 'more', bytes: HEAD_BYTES - bytes.length };
  const length = HEAD_BYTES + bytes.readUInt16BE(14);
  const command = bytes[12];
  if (command !== COMMAND.local && command !== COMMAND.proxy) return MALFORMED;
  if (length > bytesMax) return { kind: 'refused', why: 'long' };
  if (bytes.length < length) return { kind: 'more', bytes: length - bytes.length };
  // The balancer's own connection, a health check: its whole block is to be discarded, the family too.
  return command === COMMAND.local ? NOBODY : readBlock(bytes);
}

function readBlock(bytes: Buffer): IntroductionReading {
  const kind = bytes[13] as number;
  if (kind === FAMILY.none) return NOBODY;
  if (UNUSABLE.has(kind)) return { kind: 'refused', why: 'unusable' };
  if (kind !== FAMILY.tcp4 && kind !== FAMILY.tcp6) return MALFORMED;
  const addressBytes = kind === FAMILY.tcp4 ? 4 : 16;
  const portAt = HEAD_BYTES + 2 * addressBytes;
  const tlvsAt = portAt + 4;
  if (bytes.length < tlvsAt) return MALFORMED;
  const fault = faultOfTlvs(bytes, tlvsAt);
  if (fault !== undefined) return { kind: 'refused', why: fault };
  const host = formatIp(readIp(bytes, HEAD_BYTES, addressBytes));
  return { kind: 'whole', visitor: { host, port: bytes.readUInt16BE(portAt) } };
}

function faultOfTlvs(bytes: Buffer, from: number): 'malformed' | 'checksum' | undefined {
  let checksumAt: number | undefined;
  let at = from;
  while (at < bytes.length) {
    if (at + 3 > bytes.length) return 'malformed';
    const end = at + 3 + bytes.readUInt16BE(at + 1);
    if (end > bytes.length) return 'malformed';
    if (bytes[at] === CHECKSUM) {
      if (checksumAt !== undefined || end !== at + 7) return 'malformed';
      checksumAt = at + 3;
    }
    at = end;
  }
  return checksumAt === undefined || holds(bytes, checksumAt) ? undefined : 'checksum';
}

/** The checksum is over the whole header, with zeros in its own place. */
function holds(bytes: Buffer, at: number): boolean {
  const zeroed = Buffer.from(bytes);
  zeroed.writeUInt32BE(0, at);
  return crc32c(zeroed) === bytes.readUInt32BE(at);
}

/** IPv6 that is a mapped IPv4 address is read as that. */
function readIp(bytes: Buffer, at: number, length: number): Ip {
  if (length === 4) return { family: 4, words: [0, 0, 0, bytes.readUInt32BE(at)] };
  const word = (i: number) => bytes.readUInt32BE(at + 4 * i);
  const words = [word(0), word(1), word(2), word(3)] as const;
  const isMapped = words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
  return isMapped ? { family: 4, words: [0, 0, 0, words[3]] } : { family: 6, words };
}

export function writeVersion2(endpoints: Endpoints | undefined): Buffer {
  const addressBytes = endpoints === undefined ? 0 : endpoints.source.family === 4 ? 4 : 16;
  const block = endpoints === undefined ? 0 : 2 * addressBytes + 4;
  const bytes = Buffer.alloc(HEAD_BYTES + block);
  SIGNATURE.copy(bytes);
  bytes.writeUInt16BE(block, 14);
  if (endpoints === undefined) {
    bytes[12] = COMMAND.local;
    return bytes;
  }
  bytes[12] = COMMAND.proxy;
  bytes[13] = addressBytes === 4 ? FAMILY.tcp4 : FAMILY.tcp6;
  let at = writeIp(endpoints.source, bytes, HEAD_BYTES);
  at = writeIp(endpoints.destination, bytes, at);
  at = bytes.writeUInt16BE(endpoints.sourcePort, at);
  bytes.writeUInt16BE(endpoints.destinationPort, at);
  return bytes;
}

/** Where the next bytes go. */
function writeIp({ family, words }: Ip, into: Buffer, at: number): number {
  let next = at;
  for (const word of family === 4 ? words.slice(3) : words) next = into.writeUInt32BE(word, next);
  return next;
}
