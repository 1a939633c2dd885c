/**
 * Frames of an established session, each to whom it concerns. Checks that the frame is due from this peer and for this stream;
 * what a stream makes of it is the stream's.
 */
import type { Arena, Pipe } from '../contract/pipe.ts';
import { STREAM_CODE, type StreamCode, type StreamHead } from '../contract/stream.ts';
import { PROTOCOL_FAULT, ProtocolError } from '../protocol/error.ts';
import { FRAME } from '../protocol/frame.ts';
import { decodeGoaway, type Goaway } from '../protocol/goaway.ts';
import { decodeResponseHead } from '../protocol/head.ts';
import { decodeOpen } from '../protocol/open.ts';
import { decodeCredit, decodeNonce, decodeRst } from '../protocol/small.ts';
import { decodeTrailers } from '../protocol/trailers.ts';
import { PerSecond } from './abuse.ts';
import { type ControlMessage, decodeMessage } from './control-message.ts';
import type { FrameSink } from './inbox.ts';
import { NO_PIPE } from './no-pipe.ts';
import { SessionStream } from './stream.ts';
import type { StreamHost } from './stream-host.ts';
import type { StreamTable } from './stream-table.ts';

/** What the frames need of the session besides its streams. */
export interface DemuxHost extends StreamHost {
  readonly role: 'gateway' | 'agent';
  /** No new streams are taken. */
  readonly draining: boolean;
  readonly ended: boolean;
  /** Both sides carry datagrams. */
  readonly datagrams: boolean;
  /** The credit that a stream has towards the peer when it begins. */
  readonly peerWindowBytes: number;
  ping(nonce: number): void;
  pong(nonce: number): void;
  goaway(goaway: Goaway): void;
  control(message: ControlMessage): void;
  opened(head: StreamHead): Pipe | StreamCode;
}

export class Demux implements FrameSink {
  readonly #host: DemuxHost;
  readonly #streams: StreamTable<SessionStream>;
  readonly #resets: PerSecond;
  readonly #pings: PerSecond;
  /** Whose DATA frame is being received; undefined if that stream is gone. */
  #receiver: SessionStream | undefined;

  constructor(host: DemuxHost, streams: StreamTable<SessionStream>) {
    this.#host = host;
    this.#streams = streams;
    this.#resets = new PerSecond(host.limits.sessionResetsPerSecond, host.clock);
    this.#pings = new PerSecond(host.limits.sessionPingsPerSecond, host.clock);
  }

  /** Counts a reset that the peer sent, or made us send. Throws ProtocolError `limit`. */
  countReset(): void {
    if (!this.#resets.take()) throw new ProtocolError('limit', 'too many resets in a second', 'sessionResetsPerSecond');
  }

  dataBegins(id: number, length: number): void {
    const stream = this.#find(id);
    this.#receiver = stream?.holdsPipe ? stream : undefined;
    this.#receiver?.expectOpened();
    this.#receiver?.receiving.begin(length);
  }

  data(from: Arena, at: number, length: number): void {
    const receiver = this.#receiver;
    if (!receiver?.holdsPipe) return;
    try {
      receiver.receiving.data(from, at, length);
    } catch (error) {
      receiver.fell(error);
    }
  }

  frame(type: number, id: number, bytes: Buffer, at: number, length: number): void {
    if (id === 0) this.#sessionFrame(type, bytes, at, length);
    else if (type === FRAME.OPEN) this.#open(id, bytes, at, length);
    else if (type === FRAME.DATAGRAM) this.#datagram(id, bytes, at, length);
    else this.#streamFrame(type, this.#find(id), bytes, at, length);
  }

  #datagram(id: number, bytes: Buffer, at: number, length: number): void {
    if (!this.#host.datagrams) throw new ProtocolError('order', 'a datagram, which was not agreed on');
    const stream = this.#find(id);
    if (!stream?.holdsPipe) return;
    stream.expectOpened();
    try {
      stream.receiving.datagram(bytes, at, length);
    } catch (error) {
      stream.fell(error);
    }
  }

  #sessionFrame(type: number, bytes: Buffer, at: number, length: number): void {
    const host = this.#host;
    switch (type) {
      case FRAME.PING:
        if (!this.#pings.take()) {
          throw new ProtocolError('limit', 'too many pings in a second', 'sessionPingsPerSecond');
        }
        host.ping(decodeNonce(bytes, at, length));
        return;
      case FRAME.PONG:
        host.pong(decodeNonce(bytes, at, length));
        return;
      case FRAME.GOAWAY:
        host.goaway(decodeGoaway(bytes, at, length));
        return;
      default: {
        const message = decodeMessage(type, host.role === 'agent' ? 'gateway' : 'agent', bytes, at, length);
        if (message === undefined) throw new ProtocolError('order', `frame type ${type} in an open session`);
        host.control(message);
      }
    }
  }

  #streamFrame(type: number, stream: SessionStream | undefined, bytes: Buffer, at: number, length: number): void {
    if (stream === undefined) return;
    try {
      this.#toStream(type, stream, bytes, at, length);
    } catch (error) {
      stream.fell(error);
    }
  }

  #toStream(type: number, stream: SessionStream, bytes: Buffer, at: number, length: number): void {
    switch (type) {
      case FRAME.OPENED:
        stream.peerOpened();
        return;
      case FRAME.CREDIT:
        stream.peerCredit(decodeCredit(bytes, at, length));
        return;
      case FRAME.FIN:
        stream.peerFin();
        return;
      case FRAME.RST:
        this.countReset();
        stream.peerReset(decodeRst(bytes, at, length));
        return;
      case FRAME.RST_ACK:
        stream.peerResetAck();
        return;
      default:
        if (stream.holdsPipe) this.#messageFrame(type, stream, bytes, at, length);
    }
  }

  #messageFrame(type: number, stream: SessionStream, bytes: Buffer, at: number, length: number): void {
    const { limits } = this.#host;
    stream.expectOpened();
    try {
      if (type === FRAME.HEAD) stream.receiving.head(decodeResponseHead(bytes, at, length, limits.wireFieldCount));
      else stream.receiving.trailers(decodeTrailers(bytes, at, length, limits.trailerCount), length);
    } catch (error) {
      if (!endsOnlyStream(error)) throw error;
      stream.offend();
    }
  }

  #open(id: number, bytes: Buffer, at: number, length: number): void {
    const host = this.#host;
    this.#streams.admit(id);
    const answer = this.#answer(bytes, at, length);
    const refused = typeof answer === 'number';
    const stream = new SessionStream(host, id, refused ? NO_PIPE : answer, undefined, host.peerWindowBytes);
    this.#streams.put(id, stream);
    if (refused) stream.abort(answer);
    // The answer may have been found by ending the session.
    else if (host.ended) stream.lose(STREAM_CODE.sessionLost, false);
  }

  #answer(bytes: Buffer, at: number, length: number): Pipe | StreamCode {
    if (this.#host.draining) return STREAM_CODE.unavailable;
    try {
      const head = decodeOpen(bytes, at, length, this.#host.limits.wireFieldCount);
      if (head.kind === 'udp' && !this.#host.datagrams)
        throw new ProtocolError('order', 'a flow that was not agreed on');
      return this.#host.opened(head);
    } catch (error) {
      if (endsOnlyStream(error)) {
        this.#host.offended();
        return STREAM_CODE.protocol;
      }
      if (error instanceof ProtocolError) throw error;
      this.#host.defect(error);
      return STREAM_CODE.internal;
    }
  }

  /** Undefined for a stream that is gone. Throws ProtocolError for one that never was. */
  #find(id: number): SessionStream | undefined {
    const stream = this.#streams.find(id);
    if (stream === undefined && !this.#streams.was(id)) throw new ProtocolError('stream', `${id} was never opened`);
    return stream;
  }
}

function endsOnlyStream(error: unknown): boolean {
  return error instanceof ProtocolError && PROTOCOL_FAULT[error.code].ends === 'stream';
}
