/** EXPOSE and its answers EXPOSED and EXPOSE_REFUSED, and WITHDRAW. `id` is the agent's number for the exposure in this session. */
import type { ErrorCode } from '../contract/errors.ts';
import type { ExposureGrant, ExposureRequest } from '../contract/exposure.ts';
import { faultCode, faultSeen, knownFault } from './fault.ts';
import { decodeTlv, encodeTlv, type TlvTable } from './tlv.ts';
import { choice, flag, text, textList, uint } from './tlv-value.ts';

export interface ExposeRefused {
  readonly id: number;
  readonly code: ErrorCode;
  /** What was seen, one line; made to fit. */
  readonly seen: string;
}

export interface Withdraw {
  readonly id: number;
}

const id = { tag: 1, value: uint(4, 0, 0xffff_ffff) };
const kind = { tag: 2, value: choice({ http: 1, tcp: 2, udp: 3 }) };
const name = { tag: 4, value: text(255), absent: { is: undefined } };
const port = { tag: 5, value: uint(2, 1, 65_535), absent: { is: undefined } };

export const EXPOSE_TABLE: TlvTable<ExposureRequest> = {
  id,
  kind,
  target: { tag: 3, value: text(4_096) },
  name,
  port,
  auth: { tag: 6, value: text(1_024), absent: { is: undefined } },
  allowIp: { tag: 7, value: textList(256), absent: { is: [] } },
  takeOver: { tag: 8, value: flag, absent: { is: false } },
  pool: { tag: 9, value: flag, absent: { is: false } },
};

export const EXPOSED_TABLE: TlvTable<ExposureGrant> = {
  id,
  kind,
  url: { tag: 3, value: text(4_096) },
  name,
  port,
  coming: { tag: 6, value: flag, absent: { is: undefined } },
  remark: { tag: 7, value: faultSeen, absent: { is: undefined } },
};

export const EXPOSE_REFUSED_TABLE: TlvTable<Omit<ExposeRefused, 'code'> & { readonly code: string }> = {
  id,
  code: { tag: 2, value: faultCode },
  seen: { tag: 3, value: faultSeen, absent: { is: '' } },
};

export const WITHDRAW_TABLE: TlvTable<Withdraw> = { id };

// Encoders answer the bytes written, or -1 if they do not fit or a member is out of range. Decoders throw ProtocolError.

export function encodeExpose(request: ExposureRequest, into: Buffer, at: number, max: number): number {
  return encodeTlv(EXPOSE_TABLE, request, into, at, max);
}

export function decodeExpose(from: Buffer, at: number, length: number): ExposureRequest {
  return decodeTlv(EXPOSE_TABLE, from, at, length);
}

export function encodeExposed(grant: ExposureGrant, into: Buffer, at: number, max: number): number {
  return encodeTlv(EXPOSED_TABLE, grant, into, at, max);
}

export function decodeExposed(from: Buffer, at: number, length: number): ExposureGrant {
  return decodeTlv(EXPOSED_TABLE, from, at, length);
}

export function encodeExposeRefused(refused: ExposeRefused, into: Buffer, at: number, max: number): number {
  return encodeTlv(EXPOSE_REFUSED_TABLE, refused, into, at, max);
}

export function decodeExposeRefused(from: Buffer, at: number, length: number): ExposeRefused {
  const refused = decodeTlv(EXPOSE_REFUSED_TABLE, from, at, length);
  return { id: refused.id, ...knownFault(refused.code, refused.seen) };
}

export function encodeWithdraw(withdraw: Withdraw, into: Buffer, at: number, max: number): number {
  return encodeTlv(WITHDRAW_TABLE, withdraw, into, at, max);
}

export function decodeWithdraw(from: Buffer, at: number, length: number): Withdraw {
  return decodeTlv(WITHDRAW_TABLE, from, at, length);
}
