/**
 * One direction of a stream, from its pipe to frames: bytes are read straight behind the frame's header, as far as credit goes.
 * Knows neither turns nor the other direction.
 */

import type { DatagramPipe } from '../contract/datagram.ts';
import type { MessagePipe } from '../contract/message.ts';
import { END, HEAD, type Pipe, RESET, TRAILERS } from '../contract/pipe.ts';
import { STREAM_CODE } from '../contract/stream.ts';
import { ProtocolError } from '../protocol/error.ts';
import { FRAME } from '../protocol/frame.ts';
import { encodeResponseHead } from '../protocol/head.ts';
import { CREDIT_MAX } from '../protocol/small.ts';
import { encodeTrailers } from '../protocol/trailers.ts';
import { isDatagramPipe, sendDatagrams } from './datagrams.ts';
import type { Outbox } from './outbox.ts';
import type { Filled } from './scheduler.ts';
import type { SessionStream } from './stream.ts';

export class Sending {
  readonly #stream: SessionStream;
  #credit: number;
  /** Frame type of the head or trailers that `read` announced and that have not left yet; 0: none. */
  #announced = 0;
  /** Nothing more comes from the pipe: END was read. */
  ended = false;
  /** The pipe is to say when there is something to read. */
  wantsRead = true;

  constructor(stream: SessionStream, credit: number) {
    this.#stream = stream;
    this.#credit = credit;
  }

  get credit(): number {
    return this.#credit;
  }

  /** Throws ProtocolError if the sum is more than the wire can say. True: it had none before. */
  addCredit(bytes: number): boolean {
    if (bytes > CREDIT_MAX - this.#credit) throw new ProtocolError('credit', 'a credit that overflows');
    this.#credit += bytes;
    return this.#credit === bytes;
  }

  /** Moves up to `bytesMax` bytes from the pipe into one frame, or says what the pipe says besides bytes. */
  fill(outbox: Outbox, bytesMax: number): Filled {
    const stream = this.#stream;
    const { pipe } = stream;
    if (isDatagramPipe(pipe)) return this.#datagrams(pipe, outbox, bytesMax);
    if (this.ended) return this.#afterEnd(pipe);
    if (this.#announced !== 0 && !this.#sayAnnounced(outbox)) return stream.holdsPipe ? 'room' : 'dry';
    if (this.#credit === 0) return this.#waitForCredit(pipe);
    const most = Math.min(bytesMax, this.#credit, outbox.room(), stream.host.dataBytesMax);
    if (most <= 0) return 'room';
    const got = this.#read(pipe, outbox, most);
    if (got >= 0) return this.#afterBytes(pipe, got === most);
    return this.#afterSign(got, outbox);
  }

  #datagrams(flow: DatagramPipe, outbox: Outbox, bytesMax: number): Filled {
    const filled = sendDatagrams(flow, this.#stream.id, outbox, bytesMax);
    if (filled === RESET) {
      this.#stream.pipeBroke('read');
      return 'dry';
    }
    if (filled === 'dry') this.#want(true);
    return filled;
  }

  /** Bytes make a frame at once. Returns their number, or the sign (END, RESET, …) that came after them or instead of them. */
  #read(pipe: Pipe, outbox: Outbox, most: number): number {
    const at = outbox.payloadAt;
    let got = 0;
    let read = 0;
    do {
      read = pipe.read(outbox.arena, at + got, most - got);
      if (read <= 0) break;
      got += read;
    } while (got < most && pipe.more);
    if (got > 0) {
      outbox.frame(FRAME.DATA, this.#stream.id, got);
      this.#credit -= got;
    }
    return read < 0 ? read : got;
  }

  #afterBytes(pipe: Pipe, full: boolean): Filled {
    if (full && this.#credit === 0) return this.#waitForCredit(pipe);
    if (full || pipe.more) return 'more';
    this.#want(true);
    return 'dry';
  }

  #afterSign(sign: number, outbox: Outbox): Filled {
    switch (sign) {
      case HEAD:
        return this.#announce(FRAME.HEAD, outbox);
      case TRAILERS:
        return this.#announce(FRAME.TRAILERS, outbox);
      case END:
        this.ended = true;
        this.#want(false);
        this.#stream.sentAll();
        return 'dry';
      case RESET:
        this.#stream.pipeBroke('read');
        return 'dry';
      default:
        throw new RangeError(`a pipe read ${sign}`);
    }
  }

  /** The pipe tells of a break whatever is wanted, so one is noticed although nothing is read. */
  #waitForCredit(pipe: Pipe): Filled {
    if (pipe.cause === undefined) this.#want(false);
    else this.#stream.pipeBroke('read');
    return 'dry';
  }

  /** A pipe that said END may still break in its other direction. */
  #afterEnd(pipe: Pipe): Filled {
    if (pipe.cause !== undefined) this.#stream.pipeBroke('read');
    return 'dry';
  }

  #announce(type: number, outbox: Outbox): Filled {
    this.#announced = type;
    if (this.#sayAnnounced(outbox)) return 'more';
    return this.#stream.holdsPipe ? 'room' : 'dry';
  }

  /** False: there was no room for it, or there never will be and the stream has ended. */
  #sayAnnounced(outbox: Outbox): boolean {
    const stream = this.#stream;
    const pipe = stream.pipe as MessagePipe;
    const max = Math.min(outbox.room(), stream.host.limits.controlFrameBytes);
    const { bytes } = outbox.arena;
    let length = -1;
    if (this.#announced === FRAME.TRAILERS && pipe.trailers !== undefined) {
      length = encodeTrailers(pipe.trailers, bytes, outbox.payloadAt, max);
    } else if (pipe.head?.kind === 'response') {
      length = encodeResponseHead(pipe.head, bytes, outbox.payloadAt, max);
    }
    if (length >= 0) {
      outbox.frame(this.#announced, stream.id, length);
      this.#announced = 0;
      return true;
    }
    if (max === stream.host.limits.controlFrameBytes || outbox.waiting === 0) stream.abort(STREAM_CODE.originMalformed);
    return false;
  }

  /** What the pipe is told while nothing of it can leave. */
  park(): void {
    this.#want(false);
  }

  #want(read: boolean): void {
    if (this.wantsRead === read) return;
    this.wantsRead = read;
    this.#stream.tellWants();
  }
}
