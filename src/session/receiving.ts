/**
 * One direction of a stream, from frames to its pipe: bytes are written from where they arrived; what the pipe does not take is
 * copied once. Knows neither turns nor the other direction.
 */

import type { Fields, Head, MessagePipe } from '../contract/message.ts';
import { type Arena, RESET } from '../contract/pipe.ts';
import { ProtocolError } from '../protocol/error.ts';
import { ReceiveWindow } from './credit.ts';
import { isDatagramPipe } from './datagrams.ts';
import { Overflow } from './overflow.ts';
import type { SessionStream } from './stream.ts';

export class Receiving {
  readonly #stream: SessionStream;
  readonly #window: ReceiveWindow;
  #overflow: Overflow | undefined;
  #heads = 0;
  #begun = false;
  #trailers: Fields | undefined;
  /** What waiting trailers count for in the session's budget. */
  #trailerBytes = 0;
  #trailed = false;
  /** FIN has arrived; what is held may still wait for the pipe. */
  finished = false;
  /** The pipe has taken everything and was ended. */
  delivered = false;
  /** When the pipe last took something, if it holds anything up. */
  stalledAt = 0;

  constructor(stream: SessionStream, windowBytes: number) {
    this.#stream = stream;
    this.#window = new ReceiveWindow(windowBytes, stream.host.clock.now(), stream.pipe.share);
  }

  /** For a stream that this side opens: grants what it should have at first. True: a CREDIT has that to say. */
  widen(): boolean {
    return !isDatagramPipe(this.#stream.pipe) && this.#window.widen(this.#stream.host.limits.streamWindowBytes);
  }

  /** The pipe is to say when it takes bytes again. */
  get wantsWrite(): boolean {
    return this.#overflow !== undefined;
  }

  /** Memory that what waits here costs. */
  get overflowBytes(): number {
    return (this.#overflow?.allocated ?? 0) + this.#trailerBytes;
  }

  /** A DATA frame begins. Throws ProtocolError `credit` before any of it is stored. */
  begin(length: number): void {
    if (this.finished) throw new ProtocolError('order', 'data behind the end');
    if (isDatagramPipe(this.#stream.pipe)) {
      this.#stream.offend();
      return;
    }
    if (!this.#window.arrive(length)) throw new ProtocolError('credit', `${length} bytes, more than was granted`);
    this.#begun = true;
    if (this.#trailed) this.#stream.offend();
  }

  data(from: Arena, at: number, length: number): void {
    const stream = this.#stream;
    let taken = 0;
    if (this.#overflow === undefined) {
      taken = stream.pipe.write(from, at, length);
      if (taken === RESET) {
        stream.pipeBroke('write');
        return;
      }
      this.#took(taken);
    }
    if (taken < length) this.#hold(from.bytes, at + taken, length - taken);
  }

  datagram(from: Buffer, at: number, length: number): void {
    const { pipe } = this.#stream;
    if (this.finished) throw new ProtocolError('order', 'a datagram behind the end');
    if (isDatagramPipe(pipe)) pipe.deliver(from, at, length);
    else this.#stream.offend();
  }

  head(head: Head): void {
    if (this.finished) throw new ProtocolError('order', 'a head behind the end');
    const { pipe, host } = this.#stream;
    // One final head besides the interim ones; none behind the body it should have announced.
    const most = host.limits.interimResponses + (isInterim(head) ? 0 : 1);
    if (this.#begun || this.#trailed || !isMessagePipe(pipe) || ++this.#heads > most) {
      this.#stream.offend();
    } else if (pipe.writeHead(head) === RESET) {
      this.#stream.pipeBroke('write');
    }
  }

  /** `bytes`: what they took on the wire. */
  trailers(fields: Fields, bytes: number): void {
    if (this.finished) throw new ProtocolError('order', 'trailers behind the end');
    if (this.#trailed || !isMessagePipe(this.#stream.pipe)) {
      this.#stream.offend();
      return;
    }
    this.#trailed = true;
    this.#trailers = fields;
    if (this.#overflow !== undefined) {
      this.#trailerBytes = bytes;
      this.#stream.host.overflowed(bytes);
    }
    this.#deliverEnd();
  }

  fin(): void {
    this.finished = true;
    this.#deliverEnd();
  }

  /** The pipe takes bytes again. */
  drain(): void {
    const overflow = this.#overflow;
    if (overflow === undefined) return;
    const before = overflow.allocated;
    const drained = overflow.drain(this.#stream.pipe);
    if (drained === RESET) {
      this.#stream.pipeBroke('write');
      return;
    }
    if (drained > 0) this.stalledAt = this.#stream.host.clock.now();
    if (overflow.held === 0) this.#overflow = undefined;
    this.#stream.host.overflowed(overflow.allocated - before);
    this.#took(drained);
    if (overflow.held > 0) return;
    this.#stream.host.overflowed(-this.#trailerBytes);
    this.#trailerBytes = 0;
    this.#stream.tellWants();
    this.#deliverEnd();
  }

  /** The pipe is let go: what is held will not be written any more. */
  drop(): void {
    this.#window.giveBack();
    const bytes = this.overflowBytes;
    this.#overflow = undefined;
    this.#trailers = undefined;
    this.#trailerBytes = 0;
    if (bytes > 0) this.#stream.host.overflowed(-bytes);
  }

  /** What a CREDIT is to say; 0: nothing. */
  grant(): number {
    const { clock, rttMs, limits } = this.#stream.host;
    return this.finished ? 0 : this.#window.grant(clock.now(), rttMs, limits.streamWindowBytesMax);
  }

  #took(bytes: number): void {
    if (this.#window.take(bytes) && !this.finished) this.#stream.oweCredit();
  }

  #hold(from: Buffer, at: number, length: number): void {
    const { host } = this.#stream;
    this.#window.stall();
    let overflow = this.#overflow;
    if (overflow === undefined) {
      overflow = new Overflow();
      this.#overflow = overflow;
      this.stalledAt = host.clock.now();
      this.#stream.tellWants();
    }
    const before = overflow.allocated;
    overflow.add(from, at, length);
    if (overflow.allocated > before) host.overflowed(overflow.allocated - before);
  }

  #deliverEnd(): void {
    if (this.#overflow !== undefined) return;
    const { pipe } = this.#stream;
    const trailers = this.#trailers;
    this.#trailers = undefined;
    if (trailers !== undefined && isMessagePipe(pipe) && pipe.writeTrailers(trailers) === RESET) {
      this.#stream.pipeBroke('write');
      return;
    }
    if (!this.finished || this.delivered) return;
    this.delivered = true;
    pipe.end();
    this.#stream.deliveredAll();
  }
}

function isMessagePipe(pipe: object): pipe is MessagePipe {
  return 'carries' in pipe && pipe.carries === 'messages';
}

function isInterim(head: Head): boolean {
  return head.kind === 'response' && head.status < 200 && head.status !== 101;
}
