/**
 * One conversation: a pipe on this side, frames on the other, and the rules by which both end. Knows nothing of turns, of other
 * streams or of how frames reach the link.
 *
 * How a stream ends on the wire, and when its slot is free again (`over`):
 *
 * | this side                        | sees            | and                                                              |
 * |----------------------------------|-----------------|------------------------------------------------------------------|
 * | live, FIN sent                   | FIN             | over                                                             |
 * | live, FIN received               | own FIN leaves  | over                                                             |
 * | live                             | RST             | answers RST_ACK, and is over when that has left                  |
 * | live                             | own pipe breaks | sends RST, drops what comes, waits (`reset`)                     |
 * | `reset`                          | RST_ACK         | over                                                             |
 * | `reset`, RST sent                | RST             | over: both resets crossed, each is the other's answer            |
 * | `reset`, RST not yet sent        | RST             | answers RST_ACK in its place                                     |
 * | `reset`, FIN was sent before     | FIN             | over: the peer was done before our RST, and passes over it       |
 * | `reset`, no FIN was sent         | FIN             | waits on: the peer will answer the RST                           |
 * | OPEN not yet sent                | own pipe breaks | over, unsaid: the peer never hears of it                         |
 *
 * `over` means that the peer knows too, or will before it reads an OPEN for the same slot, since links keep their order.
 * What has arrived whole may still be on its way into a slow pipe after that; the stream then lives on without a slot.
 */
import type { Pipe, PipeOwner } from '../contract/pipe.ts';
import { STREAM_CODE, type Stream, type StreamCode, type StreamHead } from '../contract/stream.ts';
import { ProtocolError } from '../protocol/error.ts';
import { FRAME } from '../protocol/frame.ts';
import { encodeOpen } from '../protocol/open.ts';
import { encodeCredit, encodeRst } from '../protocol/small.ts';
import type { Owing } from './control.ts';
import { NO_PIPE } from './no-pipe.ts';
import type { Outbox } from './outbox.ts';
import { originCode, visitorCode } from './pipe-cause.ts';
import { Receiving } from './receiving.ts';
import type { Filled, Sendable } from './scheduler.ts';
import { Sending } from './sending.ts';
import type { StreamHost } from './stream-host.ts';

/** Control frames a stream owes, in the order they are written in. */
const OWES = { open: 1, opened: 2, credit: 4, fin: 8, rst: 16, rstAck: 32 } as const;

export class SessionStream implements Stream, PipeOwner, Owing, Sendable {
  readonly id: number;
  readonly host: StreamHost;
  readonly sending: Sending;
  readonly receiving: Receiving;
  readonly #mine: boolean;
  #pipe: Pipe;
  #wire: 'live' | 'reset' | 'answering' | 'over' = 'live';
  #owes = 0;
  #code: StreamCode = STREAM_CODE.cancelled;
  /** Kept until OPEN has left. */
  #head: StreamHead | undefined;
  #connected = false;
  #finSent = false;
  isOwing = false;
  isReady = false;
  recentBytes = 0;
  recentEpoch = 0;

  /** `head`: of a stream that this side opens; undefined for one that it accepts. */
  constructor(host: StreamHost, id: number, pipe: Pipe, head: StreamHead | undefined, credit: number) {
    this.host = host;
    this.id = id;
    this.#pipe = pipe;
    this.#mine = head !== undefined;
    this.#head = head;
    this.sending = new Sending(this, credit);
    this.receiving = new Receiving(this, host.limits.streamWindowBytes);
    pipe.owner = this;
    this.tellWants();
    if (this.#mine) this.#owe(OWES.open);
  }

  get pipe(): Pipe {
    return this.#pipe;
  }

  get opened(): boolean {
    return this.#connected;
  }

  /** False once the pipe was let go: what still comes for this stream is dropped. */
  get holdsPipe(): boolean {
    return this.#pipe !== NO_PIPE;
  }

  cancel(code: StreamCode): void {
    this.abort(code);
  }

  // The pipe's side.

  readable(): void {
    // A stream without a slot has nothing to send, and perhaps no session; only the break of its pipe still matters.
    if (this.#wire !== 'over') this.host.sendable(this);
    else if (this.#pipe.cause !== undefined) this.pipeBroke('read');
  }

  writable(): void {
    if (!this.#mine && !this.#connected) this.#reached();
    this.receiving.drain();
  }

  fill(outbox: Outbox, bytesMax: number): Filled {
    if (!this.holdsPipe) return 'dry';
    // What can be read has been reached, and the peer hears of that first; its OPEN must not be overtaken either.
    if (!this.#mine && !this.#connected && this.#pipe.cause === undefined) this.#reached();
    if ((this.#owes & (OWES.open | OWES.opened)) !== 0 && !this.settle(outbox)) return 'room';
    return this.sending.fill(outbox, bytesMax);
  }

  park(): void {
    this.sending.park();
  }

  tellWants(): void {
    const unreached = !this.#mine && !this.#connected;
    this.#pipe.want(this.sending.wantsRead, this.receiving.wantsWrite || unreached);
  }

  sentAll(): void {
    this.#owe(OWES.fin);
  }

  deliveredAll(): void {
    this.#closeIfDone();
  }

  pipeBroke(doing: 'read' | 'write'): void {
    const { cause } = this.#pipe;
    const code = this.#mine ? visitorCode(cause) : originCode(cause, this.#connected);
    // A visitor's pipe also breaks when the answer written to it is no legal message: then that is what it is told.
    this.abort(code, this.#mine && doing === 'write' ? STREAM_CODE.originMalformed : code);
  }

  /** Ends it from this side: `code` for the peer, `pipeCode` for the own pipe. */
  abort(code: StreamCode, pipeCode = code): void {
    const wire = this.#wire;
    if (wire === 'live') {
      this.#wire = 'reset';
      this.#code = code;
    }
    this.#letGo(pipeCode);
    if (wire !== 'live') return;
    if ((this.#owes & OWES.open) !== 0) {
      this.#over(true);
    } else {
      this.#owes = 0;
      this.#owe(OWES.rst);
    }
  }

  /** The peer broke a rule of this stream. */
  offend(): void {
    this.host.offended();
    this.abort(STREAM_CODE.protocol, this.#mine ? STREAM_CODE.originMalformed : STREAM_CODE.protocol);
  }

  /** The session is gone. What arrived whole may still be delivered if `finishing`. */
  lose(code: StreamCode, finishing: boolean): void {
    if (this.#wire === 'over' && finishing) return;
    this.#wire = 'over';
    this.#owes = 0;
    this.#letGo(code);
  }

  // The peer's side. Each may be called at any time; what a reset stream is told is dropped.

  peerOpened(): void {
    if (!this.#mine || this.#connected) throw new ProtocolError('order', 'opened twice, or by its opener');
    this.#connected = true;
  }

  /** Throws ProtocolError for what the acceptor may not say before OPENED. */
  expectOpened(): void {
    if (this.#mine && !this.#connected && this.#wire === 'live') throw new ProtocolError('order', 'not opened yet');
  }

  peerCredit(bytes: number): void {
    if (this.#wire === 'live' && this.sending.addCredit(bytes)) this.host.sendable(this);
  }

  peerFin(): void {
    this.expectOpened();
    if (this.#wire === 'reset' && this.#finSent) this.#over(false);
    if (this.#wire !== 'live') return;
    // Both directions are over on the wire before the pipe hears of it: it may answer by opening the next stream.
    if (this.#finSent) this.#over(false);
    this.receiving.fin();
  }

  peerReset(code: StreamCode): void {
    if (this.#wire === 'reset' && (this.#owes & OWES.rst) === 0) {
      this.#over(false);
      return;
    }
    if (this.#wire === 'answering') throw new ProtocolError('order', 'a second reset');
    this.#wire = 'answering';
    this.#owes = 0;
    this.#owe(OWES.rstAck);
    this.#letGo(code);
  }

  peerResetAck(): void {
    if (this.#wire !== 'reset' || (this.#owes & OWES.rst) !== 0) {
      throw new ProtocolError('order', 'an answer to no reset');
    }
    this.#over(false);
  }

  // Control frames.

  get owesReset(): boolean {
    return (this.#owes & OWES.rst) !== 0;
  }

  oweCredit(): void {
    if (this.#wire === 'live') this.#owe(OWES.credit);
  }

  settle(outbox: Outbox): boolean {
    if ((this.#owes & OWES.open) !== 0 && !this.#sayOpen(outbox)) return false;
    const { bytes } = outbox.arena;
    if (this.#paid(OWES.opened)) outbox.frame(FRAME.OPENED, this.id, 0);
    if (this.#paid(OWES.credit)) {
      const credit = this.receiving.grant();
      const max = outbox.room();
      if (credit > 0) outbox.frame(FRAME.CREDIT, this.id, encodeCredit(credit, bytes, outbox.payloadAt, max));
    }
    if (this.#paid(OWES.fin)) {
      outbox.frame(FRAME.FIN, this.id, 0);
      this.#finSent = true;
      if (this.receiving.finished) this.#over(false);
      this.#closeIfDone();
    }
    if (this.#paid(OWES.rst)) {
      outbox.frame(FRAME.RST, this.id, encodeRst(this.#code, bytes, outbox.payloadAt, outbox.room()));
    }
    if (this.#paid(OWES.rstAck)) {
      outbox.frame(FRAME.RST_ACK, this.id, 0);
      this.#over(false);
    }
    return true;
  }

  #sayOpen(outbox: Outbox): boolean {
    const max = Math.min(outbox.room(), this.host.limits.controlFrameBytes);
    const length = encodeOpen(this.#head!, outbox.arena.bytes, outbox.payloadAt, max);
    if (length >= 0) {
      outbox.frame(FRAME.OPEN, this.id, length);
      this.#owes &= ~OWES.open;
      this.#head = undefined;
      // The first bytes go with it, in the same turn.
      this.host.sendable(this);
      return true;
    }
    if (max < this.host.limits.controlFrameBytes && outbox.waiting > 0) return false;
    this.abort(STREAM_CODE.internal);
    return true;
  }

  #owe(what: number): void {
    this.#owes |= what;
    this.host.owes(this);
  }

  #paid(what: number): boolean {
    const owed = (this.#owes & what) !== 0;
    this.#owes &= ~what;
    return owed;
  }

  #reached(): void {
    this.#connected = true;
    this.tellWants();
    if (this.#wire === 'live') this.#owe(OWES.opened);
  }

  #over(unsaid: boolean): void {
    this.#wire = 'over';
    this.#owes = 0;
    this.host.released(this, unsaid);
  }

  #closeIfDone(): void {
    if (!this.#finSent || !this.receiving.delivered || !this.holdsPipe) return;
    const pipe = this.#pipe;
    this.#pipe = NO_PIPE;
    pipe.close();
    this.host.gone(this);
  }

  #letGo(code: StreamCode): void {
    if (!this.holdsPipe) return;
    const pipe = this.#pipe;
    this.#pipe = NO_PIPE;
    this.receiving.drop();
    pipe.reset(code);
    this.host.gone(this);
  }
}
