/**
 * OPEN: kind u8 · exposure u32 · visitor (u8 length) and, for `http`, the request's head. The first bytes of the body follow as
 * DATA in the same write, without waiting for OPENED.
 */
import type { StreamHead } from '../contract/stream.ts';
import { ProtocolError } from './error.ts';
import { decodeRequestHead, encodeRequestHead } from './head.ts';
import { bytesAre, WORD } from './text-bytes.ts';

export const STREAM_KIND = { http: 1, tcp: 2, udp: 3 } as const satisfies Record<StreamHead['kind'], number>;

const OPEN_BYTES = 6;

/** Bytes written, or -1 if they do not fit. An `http` head without a request cannot be said. */
export function encodeOpen(head: StreamHead, into: Buffer, at: number, max: number): number {
  const { kind, exposure, visitor, request } = head;
  const own = OPEN_BYTES + visitor.length;
  if (visitor.length > 0xff || own > max || (kind === 'http') !== (request !== undefined)) return -1;
  into[at] = STREAM_KIND[kind];
  into.writeUInt32BE(exposure, at + 1);
  into[at + 5] = visitor.length;
  into.write(visitor, at + OPEN_BYTES, 'latin1');
  if (request === undefined) return own;
  const rest = encodeRequestHead(request, into, at + own, max - own);
  return rest < 0 ? -1 : own + rest;
}

/** Throws ProtocolError `head`; also for more than `fieldCountMax` fields. */
export function decodeOpen(from: Buffer, at: number, length: number, fieldCountMax: number): StreamHead {
  if (length < OPEN_BYTES) throw new ProtocolError('head', 'it is cut');
  const visitorAt = at + OPEN_BYTES;
  const visitorBytes = from[at + 5]!;
  const own = OPEN_BYTES + visitorBytes;
  if (own > length) throw new ProtocolError('head', 'its lengths are more than its bytes');
  if (!bytesAre(WORD, from, visitorAt, visitorBytes)) throw new ProtocolError('head', 'the visitor is not one word');
  const exposure = from.readUInt32BE(at + 1);
  const visitor = from.toString('latin1', visitorAt, visitorAt + visitorBytes);
  switch (from[at]) {
    case STREAM_KIND.http:
      return {
        kind: 'http',
        exposure,
        visitor,
        request: decodeRequestHead(from, at + own, length - own, fieldCountMax),
      };
    case STREAM_KIND.tcp:
    case STREAM_KIND.udp:
      if (own !== length) throw new ProtocolError('head', 'bytes behind a head without a request');
      return { kind: from[at] === STREAM_KIND.tcp ? 'tcp' : 'udp', exposure, visitor };
    default:
      throw new ProtocolError('head', 'a stream kind that is not known');
  }
}
