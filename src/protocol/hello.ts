/** HELLO: the first frame of each side, with everything the other must know. Nothing is configured on one side only. */
import { LENGTH_MAX } from './frame.ts';
import { SLOTS } from './stream-id.ts';
import { decodeTlv, encodeTlv, type TlvTable } from './tlv.ts';
import { fixedBytes, flag, remark, uint } from './tlv-value.ts';

export const PROTOCOL_VERSION = 2;

/** Bits of `features`; one is in use if both HELLOs have it. Bits not known here are ignored. */
export const FEATURE = { crc: 1, datagram: 2 } as const;

export const HELLO_RUN_BYTES = 16;

export interface Hello {
  readonly minVersion: number;
  readonly maxVersion: number;
  readonly features: number;
  /** 32 bytes of chance, never used again. */
  readonly nonce: Buffer;
  /** The gateway's identity key or the agent's key: 32 raw bytes of Ed25519. */
  readonly publicKey: Buffer;
  /** The longest DATA payload this side takes. */
  readonly frameBytesMax: number;
  /** The credit every stream has towards this side when it begins. */
  readonly streamWindowBytes: number;
  /** How many streams of the other side this side takes at once. */
  readonly streamsMax: number;
  /** The proofs cover the TLS exporter: TLS runs end to end as far as this side can tell. */
  readonly exporterBound: boolean;
  /** Name and version, for logs. */
  readonly software: string;
  /** 16 bytes that an agent's process chose when it began: the same in each of its HELLOs, and in nobody else's. */
  readonly run?: Buffer | undefined;
}

export const HELLO_TABLE: TlvTable<Hello> = {
  minVersion: { tag: 1, value: uint(1, 2, 255) },
  maxVersion: { tag: 2, value: uint(1, 2, 255) },
  features: { tag: 3, value: uint(4, 0, 0xffff_ffff), absent: { is: 0 } },
  nonce: { tag: 4, value: fixedBytes(32) },
  publicKey: { tag: 5, value: fixedBytes(32) },
  frameBytesMax: { tag: 6, value: uint(4, 1, LENGTH_MAX) },
  streamWindowBytes: { tag: 7, value: uint(4, 1, 0x7fff_ffff) },
  streamsMax: { tag: 8, value: uint(4, 1, SLOTS) },
  exporterBound: { tag: 9, value: flag },
  software: { tag: 10, value: remark(128), absent: { is: '' } },
  run: { tag: 11, value: fixedBytes(HELLO_RUN_BYTES), absent: { is: undefined } },
};

/** Bytes written, or -1 if they do not fit or a member is out of range. */
export function encodeHello(hello: Hello, into: Buffer, at: number, max: number): number {
  return encodeTlv(HELLO_TABLE, hello, into, at, max);
}

/** Throws ProtocolError. */
export function decodeHello(from: Buffer, at: number, length: number): Hello {
  return decodeTlv(HELLO_TABLE, from, at, length);
}

/** The highest version both sides speak; undefined if there is none. */
export function commonVersion(ours: Hello, theirs: Hello): number | undefined {
  const highest = Math.min(ours.maxVersion, theirs.maxVersion);
  return highest >= Math.max(ours.minVersion, theirs.minVersion) ? highest : undefined;
}
