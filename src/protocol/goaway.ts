/** GOAWAY: no new streams from now on, why, and when to come back. Open streams are finished within the sender's grace. */
import type { ErrorCode } from '../contract/errors.ts';
import { faultCode, faultSeen, knownFault } from './fault.ts';
import { decodeTlv, encodeTlv, type TlvTable } from './tlv.ts';
import { flag, uint } from './tlv-value.ts';

export interface Goaway {
  /** `draining`: the sender restarts, nothing is wrong. */
  readonly code: ErrorCode | 'draining';
  /** The agent ends instead of coming back (refused, replaced). */
  readonly permanent: boolean;
  /** Not before this many milliseconds. */
  readonly comeBackInMs: number;
  /** What was seen, one line; made to fit. */
  readonly seen: string;
}

export const GOAWAY_TABLE: TlvTable<Omit<Goaway, 'code'> & { readonly code: string }> = {
  code: { tag: 1, value: faultCode },
  permanent: { tag: 2, value: flag },
  comeBackInMs: { tag: 3, value: uint(4, 0, 0xffff_ffff), absent: { is: 0 } },
  seen: { tag: 4, value: faultSeen, absent: { is: '' } },
};

/** Bytes written, or -1 if they do not fit or a member is out of range. */
export function encodeGoaway(goaway: Goaway, into: Buffer, at: number, max: number): number {
  return encodeTlv(GOAWAY_TABLE, goaway, into, at, max);
}

/** Throws ProtocolError. */
export function decodeGoaway(from: Buffer, at: number, length: number): Goaway {
  const { code, seen, permanent, comeBackInMs } = decodeTlv(GOAWAY_TABLE, from, at, length);
  const fault = code === 'draining' ? ({ code, seen } as const) : knownFault(code, seen);
  return { ...fault, permanent, comeBackInMs };
}
