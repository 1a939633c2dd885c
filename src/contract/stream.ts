import type { RequestHead } from './message.ts';
import type { Pipe } from './pipe.ts';

/**
 * Why a stream was reset. These numbers cross the wire (RST frames); they are not the program's TK codes, which
 * `errors.ts` maps them to. Only add; never renumber.
 */
export const STREAM_CODE = {
  /** The opener or its visitor gave up. */
  cancelled: 1,
  /** The agent does not know the exposure, or may not serve it. */
  refused: 2,
  /** The origin refused the connection: nothing listens. The origin saw nothing. */
  originRefused: 3,
  /** The origin's host is unknown or has no route. The origin saw nothing. */
  originUnreachable: 4,
  /** Connecting to the origin took too long. The origin saw nothing. */
  originConnectTimeout: 5,
  /** TLS with the origin failed. The origin saw nothing. */
  originTls: 6,
  /** The origin broke the connection. */
  originReset: 7,
  /** The origin's answer was not legal HTTP. */
  originMalformed: 8,
  /** The origin sent no response head in time. */
  originTimeout: 9,
  /** The peer sent something that breaks the rules of the stream. */
  protocol: 10,
  /** The session's memory was short and this stream stalled longest. */
  memory: 11,
  /** The session is draining or full and takes no new streams. */
  unavailable: 12,
  /** The link was lost. Never sent: the session says it to its own streams. */
  sessionLost: 13,
  /** The visitor's message was cut or broke the rules. */
  visitorMalformed: 14,
  /** The visitor owed body bytes for too long. */
  visitorTimeout: 15,
  /** A defect of this program. */
  internal: 16,
} as const;
export type StreamCode = (typeof STREAM_CODE)[keyof typeof STREAM_CODE];

/** What the opener of a stream says about it. `request` is present for `http` alone. */
export interface StreamHead {
  readonly kind: 'http' | 'tcp' | 'udp';
  /** The exposure's number in this session, given by the agent when it announced it. */
  readonly exposure: number;
  /** The visitor's address, `ip:port` or `[ip6]:port`; empty if unknown. */
  readonly visitor: string;
  readonly request?: RequestHead | undefined;
}

/** One conversation in a session, as its opener holds it. */
export interface Stream {
  readonly id: number;
  /** True once the other end has reached its origin. */
  readonly opened: boolean;
  /** Whoever opened it may set it: told, before the visitor's pipe is, when the other end gives it up without having reached its origin. */
  unreached: (() => void) | undefined;
  /** Ends it at once, both ways, with a code for the other end. */
  cancel(code: StreamCode): void;
}

/**
 * Opens a stream and moves the visitor's bytes through it. `visitor` is a `MessagePipe` for `http` (its request head already taken
 * and passed in `head`), a bare pipe for `tcp`, a `DatagramPipe` for `udp`. From now on the stream owns it: half-close, credit and reset are the stream's.
 * Undefined: no stream can be opened now (draining, full, gone).
 */
export interface StreamOpener {
  /** Several agents stand behind it, and one that has not just failed would be asked next. */
  readonly spare?: boolean;
  open(head: StreamHead, visitor: Pipe): Stream | undefined;
}
