import type { LimitName } from '../contract/limits.ts';

/**
 * The one error that decoders throw. Knows nothing of who listens: the session turns it into GOAWAY or RST.
 */

/** What kind of rule was broken, and how much ends of it. `stream`: frames still line up, so RST is enough. */
export const PROTOCOL_FAULT = {
  preface: { ends: 'session', what: 'the first bytes are not those of ANPX/2' },
  type: { ends: 'session', what: 'a frame type that does not exist' },
  length: { ends: 'session', what: 'a frame shorter or longer than its type allows' },
  stream: { ends: 'session', what: 'a stream id that the frame type, the opener or the state does not allow' },
  order: { ends: 'session', what: 'a frame that is not due in this state' },
  tlv: { ends: 'session', what: 'a broken, repeated or missing TLV' },
  value: { ends: 'session', what: 'a number or text outside its range' },
  head: { ends: 'stream', what: 'a head or trailers with an illegal byte, count or combination' },
  credit: { ends: 'session', what: 'more bytes than were allowed, or a window that overflows' },
  crc: { ends: 'session', what: 'a frame that was damaged on the way' },
  limit: { ends: 'session', what: 'more of something than the limits allow' },
} as const satisfies Record<string, { ends: 'session' | 'stream'; what: string }>;

export type ProtocolErrorCode = keyof typeof PROTOCOL_FAULT;

/** The peer sent something that `spec.md` forbids. `detail` is one line made here; it never quotes the peer's bytes. `limit`: the bound it passed. */
export class ProtocolError extends Error {
  readonly code: ProtocolErrorCode;
  readonly detail: string;
  readonly limit: LimitName | undefined;
  constructor(code: ProtocolErrorCode, detail: string, limit?: LimitName) {
    super(`${PROTOCOL_FAULT[code].what}: ${detail}`);
    this.name = 'ProtocolError';
    this.code = code;
    this.detail = detail;
    this.limit = limit;
  }
}
