/** The messages that sessions carry for `relay` and `agent`, one row each: who says it, in which frame. Knows not what they mean. */
import type { ExposureGrant, ExposureRequest } from '../contract/exposure.ts';
import {
  decodeExpose,
  decodeExposed,
  decodeExposeRefused,
  decodeWithdraw,
  type ExposeRefused,
  encodeExpose,
  encodeExposed,
  encodeExposeRefused,
  encodeWithdraw,
  type Withdraw,
} from '../protocol/expose.ts';
import { FRAME } from '../protocol/frame.ts';

interface Bodies {
  expose: ExposureRequest;
  withdraw: Withdraw;
  exposed: ExposureGrant;
  'expose-refused': ExposeRefused;
}

export type ControlMessage = { [T in keyof Bodies]: { readonly type: T } & Bodies[T] }[keyof Bodies];

interface Row<T> {
  readonly frame: number;
  readonly saidBy: 'agent' | 'gateway';
  encode(body: T, into: Buffer, at: number, max: number): number;
  decode(from: Buffer, at: number, length: number): T;
}

const ROWS: { readonly [T in keyof Bodies]: Row<Bodies[T]> } = {
  expose: { frame: FRAME.EXPOSE, saidBy: 'agent', encode: encodeExpose, decode: decodeExpose },
  withdraw: { frame: FRAME.WITHDRAW, saidBy: 'agent', encode: encodeWithdraw, decode: decodeWithdraw },
  exposed: { frame: FRAME.EXPOSED, saidBy: 'gateway', encode: encodeExposed, decode: decodeExposed },
  'expose-refused': {
    frame: FRAME.EXPOSE_REFUSED,
    saidBy: 'gateway',
    encode: encodeExposeRefused,
    decode: decodeExposeRefused,
  },
};

const TYPES = Object.keys(ROWS) as (keyof Bodies)[];

export function messageFrame(message: ControlMessage): number {
  return ROWS[message.type].frame;
}

/** Bytes written; -1 if they do not fit or a member is out of range. */
export function encodeMessage(message: ControlMessage, into: Buffer, at: number, max: number): number {
  return (ROWS[message.type] as Row<ControlMessage>).encode(message, into, at, max);
}

/** Undefined: no message that this peer may send has such a frame. Throws ProtocolError for a broken one. */
export function decodeMessage(
  frame: number,
  peer: 'agent' | 'gateway',
  from: Buffer,
  at: number,
  length: number,
): ControlMessage | undefined {
  const type = TYPES.find((each) => ROWS[each].frame === frame && ROWS[each].saidBy === peer);
  if (type === undefined) return undefined;
  return { type, ...ROWS[type].decode(from, at, length) } as ControlMessage;
}
