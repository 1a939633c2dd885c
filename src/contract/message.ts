import type { Pipe } from './pipe.ts';

/** Name, value, name, value …: each a string of bytes (latin1), spelled and ordered as it came. Never holds framing fields. */
export type Fields = readonly string[];

/**
 * How a message's body ends (RFC 9112 §6.3). `close`: a response whose origin ends it by FIN.
 * `upgrade`: on a request, it asks for `upgrade`; on a response (101), bytes of the new protocol follow, both ways.
 */
export type BodyKind = 'none' | 'length' | 'chunked' | 'close' | 'upgrade';

/**
 * A request's head. `fields` hold neither Host, Content-Length, Transfer-Encoding nor any hop-by-hop field (RFC 9110 §7.6.1):
 * those are said by the members beside them.
 */
export interface RequestHead {
  readonly kind: 'request';
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** The Host field's value as it was sent (canonical form lives in the `Visit`); empty for HTTP/1.0 without Host. */
  readonly authority: string;
  /** Origin-form target, bytes as they came; or `*`. */
  readonly path: string;
  readonly fields: Fields;
  readonly body: BodyKind;
  /** Declared bytes of the body if `body` is `length`, else -1. */
  readonly length: number;
  /** The token asked for if `body` is `upgrade`, lower-case: `websocket`. */
  readonly upgrade: string | undefined;
  /** The visitor takes trailers (`TE: trailers`, or HTTP/2). */
  readonly acceptsTrailers: boolean;
}

/** A response's head, interim (1xx, `body` `none`) or final. */
export interface ResponseHead {
  readonly kind: 'response';
  readonly status: number;
  readonly fields: Fields;
  readonly body: BodyKind;
  /** Declared Content-Length, also where no body follows (HEAD, 304); -1 if none was declared. */
  readonly length: number;
  readonly upgrade: string | undefined;
}

export type Head = RequestHead | ResponseHead;

/**
 * A pipe that carries HTTP messages instead of bare bytes. `read` yields HEAD (1xx too), body bytes without transfer coding,
 * TRAILERS, END when the message is whole and RESET when it was cut; `write` frames.
 * One instance carries one exchange: on the visitors' side it reads a request (whose head ingress has taken already) and writes
 * responses; on the origins' side it writes the request and reads responses. After an upgrade both directions are bare bytes.
 */
export interface MessagePipe extends Pipe {
  readonly carries: 'messages';
  /** The head that `read` announced last. */
  readonly head: Head | undefined;
  /** The trailers that `read` announced. */
  readonly trailers: Fields | undefined;
  /** Writes a head, always whole. RESET: the pipe is broken, or a byte or count of the head is not legal here. 1: taken. */
  writeHead(head: Head): number;
  /** Writes trailers before `end`; silently dropped where the message cannot have any. RESET as for `writeHead`. */
  writeTrailers(fields: Fields): number;
}
