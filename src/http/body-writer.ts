// Puts a body behind its head with the framing the head announced, and refuses every byte that the framing has no place for.
import type { BodyKind, Fields } from '../contract/message.ts';
import { type Arena, RESET } from '../contract/pipe.ts';
import type { Connection } from './connection.ts';
import { trailersText } from './head-text.ts';

export class BodyWriter {
  readonly kind: BodyKind;
  readonly #connection: Connection;
  /** Of a `length` body: bytes still owed. */
  #left: number;
  #last = '0\r\n\r\n';

  /** `length` counts for kind `length` only. */
  constructor(connection: Connection, kind: BodyKind, length: number) {
    this.#connection = connection;
    this.kind = kind;
    this.#left = length;
  }

  /** As `Pipe.write`. RESET also for bytes beyond the announced length: the peer would read them as the next message. */
  write(from: Arena, at: number, length: number): number {
    if (length === 0) return 0;
    switch (this.kind) {
      case 'none':
        return RESET;
      case 'length': {
        if (length > this.#left) return RESET;
        const taken = this.#connection.write(from, at, length);
        if (taken > 0) this.#left -= taken;
        return taken;
      }
      case 'chunked':
        return this.#connection.writeChunks(from, at, length);
      case 'close':
      case 'upgrade':
        return this.#connection.write(from, at, length);
      default:
        return this.kind satisfies never;
    }
  }

  /** Keeps trailers for the end; drops them where the body has no place for them. False: they are not legal. */
  trailers(fields: Fields): boolean {
    if (fields.length === 0) return true;
    const text = trailersText(fields, this.#connection.services.limits);
    if (text === undefined) return false;
    if (this.kind === 'chunked') this.#last = text;
    return true;
  }

  /** Ends the body. False: it is shorter than announced, or the peer reads nothing; only an abort is honest then. */
  end(): boolean {
    if (this.kind === 'chunked') return this.#connection.hold(this.#last);
    return this.kind !== 'length' || this.#left === 0;
  }
}
