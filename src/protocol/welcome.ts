/** WELCOME: the gateway admits the agent. */
import { decodeTlv, encodeTlv, type TlvTable } from './tlv.ts';
import { text } from './tlv-value.ts';

export interface Welcome {
  /** The gateway's name for this session, for both sides' logs. */
  readonly session: string;
  /** The host visitors reach the gateway at. */
  readonly publicHost: string;
  readonly account: string;
}

export const WELCOME_TABLE: TlvTable<Welcome> = {
  session: { tag: 1, value: text(128) },
  publicHost: { tag: 2, value: text(255) },
  account: { tag: 3, value: text(255) },
};

/** Bytes written, or -1 if they do not fit or a text is too long. */
export function encodeWelcome(welcome: Welcome, into: Buffer, at: number, max: number): number {
  return encodeTlv(WELCOME_TABLE, welcome, into, at, max);
}

/** Throws ProtocolError. */
export function decodeWelcome(from: Buffer, at: number, length: number): Welcome {
  return decodeTlv(WELCOME_TABLE, from, at, length);
}
