/**
 * One conversation: a pipe on this side, frames on the other. `wire-state.ts` has the rules by which both end. Knows nothing of turns,
 * of other streams or of how frames reach the link.
 *
 * When it is over on the wire its slot is free, but what has arrived whole may still be on its way into a slow pipe: the stream
 * then lives on without a slot. A pipe is let go once: closed after both of its directions ended, or reset.
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
import { OWES, WireState } from './wire-state.ts';

export class SessionStream implements Stream, PipeOwner, Owing, Sendable {
  readonly id: number;
  readonly host: StreamHost;
  readonly sending: Sending;
  readonly receiving: Receiving;
  readonly #mine: boolean;
  #pipe: Pipe;
  readonly #wire = new WireState();
  #code: StreamCode = STREAM_CODE.cancelled;
  /** Kept until OPEN has left. */
  #head: StreamHead | undefined;
  #connected = false;
  unreached: Stream['unreached'] = undefined;
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
    this.receiving = new Receiving(this, host.windowBytes);
    pipe.owner = this;
    this.tellWants();
    if (this.#mine) this.#owe(this.receiving.widen() ? OWES.open | OWES.credit : OWES.open);
  }

  get pipe(): Pipe {
    return this.#pipe;
  }

  get opened(): boolean {
    return this.#connected;
  }

  /** Its OPEN has not left yet. */
  get unsaid(): boolean {
    return this.#wire.owes(OWES.open);
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
    if (!this.#wire.over) this.host.sendable(this);
    else if (this.#pipe.cause !== undefined) this.pipeBroke('read');
  }

  writable(): void {
    if (!this.#mine && !this.#connected) this.#reached();
    this.receiving.drain();
  }

  fill(outbox: Outbox, bytesMax: number): Filled {
    try {
      return this.#fill(outbox, bytesMax);
    } catch (error) {
      this.fell(error);
      return 'dry';
    }
  }

  #fill(outbox: Outbox, bytesMax: number): Filled {
    if (!this.holdsPipe) return 'dry';
    // What can be read has been reached, and the peer hears of that first; its OPEN must not be overtaken either.
    if (!this.#mine && !this.#connected && this.#pipe.cause === undefined) this.#reached();
    if (this.#wire.owes(OWES.open | OWES.opened) && !this.settle(outbox)) return 'room';
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
    const broken = this.#wire.breakOff();
    if (broken) this.#code = code;
    this.#letGo(pipeCode);
    if (!broken) return;
    if (this.#wire.over) this.host.released(this, true);
    else this.host.owes(this);
  }

  /** The peer broke a rule of this stream. */
  offend(): void {
    this.host.offended();
    this.abort(STREAM_CODE.protocol, this.#mine ? STREAM_CODE.originMalformed : STREAM_CODE.protocol);
  }

  /** Something threw while it worked on this stream. Throws a ProtocolError on: that is the peer's doing, and ends the session. */
  fell(error: unknown): void {
    if (error instanceof ProtocolError) throw error;
    this.host.defect(error);
    this.abort(STREAM_CODE.internal);
  }

  /** The session is gone. What arrived whole may still be delivered if `finishing`. */
  lose(code: StreamCode, finishing: boolean): void {
    if (this.#wire.over && finishing) return;
    this.#wire.finish();
    this.#letGo(code);
  }

  // The peer's side. Each may be called at any time; what a reset stream is told is dropped.

  peerOpened(): void {
    if (!this.#mine || this.#connected) throw new ProtocolError('order', 'opened twice, or by its opener');
    this.#connected = true;
  }

  /** Throws ProtocolError for what the acceptor may not say before OPENED. */
  expectOpened(): void {
    if (this.#mine && !this.#connected && this.#wire.live) throw new ProtocolError('order', 'not opened yet');
  }

  peerCredit(bytes: number): void {
    if (this.#wire.live && this.sending.addCredit(bytes)) this.host.sendable(this);
  }

  peerFin(): void {
    this.expectOpened();
    const { live } = this.#wire;
    this.#wire.peerFin();
    // Its slot is free before the pipe hears of the end: it may answer by opening the next stream.
    if (this.#wire.over) this.host.released(this, false);
    if (live) this.receiving.fin();
  }

  peerReset(code: StreamCode): void {
    this.#wire.peerReset();
    if (this.#wire.over) this.host.released(this, false);
    else this.host.owes(this);
    if (!this.#connected) this.unreached?.();
    this.#letGo(code);
  }

  peerResetAck(): void {
    this.#wire.peerResetAck();
    this.host.released(this, false);
  }

  // Control frames.

  get owesReset(): boolean {
    return this.#wire.owes(OWES.rst);
  }

  oweCredit(): void {
    this.#owe(OWES.credit);
  }

  settle(outbox: Outbox): boolean {
    const wire = this.#wire;
    if (wire.owes(OWES.open) && !this.#sayOpen(outbox)) return false;
    const { bytes } = outbox.arena;
    if (wire.pay(OWES.opened)) outbox.frame(FRAME.OPENED, this.id, 0);
    if (wire.pay(OWES.credit)) {
      const credit = this.receiving.grant();
      const max = outbox.room();
      if (credit > 0) outbox.frame(FRAME.CREDIT, this.id, encodeCredit(credit, bytes, outbox.payloadAt, max));
    }
    if (wire.pay(OWES.fin)) {
      outbox.frame(FRAME.FIN, this.id, 0);
      if (wire.over) this.host.released(this, false);
      this.#closeIfDone();
    }
    if (wire.pay(OWES.rst)) {
      outbox.frame(FRAME.RST, this.id, encodeRst(this.#code, bytes, outbox.payloadAt, outbox.room()));
    }
    if (wire.pay(OWES.rstAck)) {
      outbox.frame(FRAME.RST_ACK, this.id, 0);
      this.host.released(this, false);
    }
    return true;
  }

  #sayOpen(outbox: Outbox): boolean {
    const max = Math.min(outbox.room(), this.host.limits.controlFrameBytes);
    const length = encodeOpen(this.#head!, outbox.arena.bytes, outbox.payloadAt, max);
    if (length >= 0) {
      outbox.frame(FRAME.OPEN, this.id, length);
      this.#wire.pay(OWES.open);
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
    if (this.#wire.owe(what)) this.host.owes(this);
  }

  #reached(): void {
    this.#connected = true;
    this.tellWants();
    this.#owe(OWES.opened);
  }

  #closeIfDone(): void {
    if (!this.#wire.finSent || !this.receiving.delivered || !this.holdsPipe) return;
    const pipe = this.#pipe;
    this.#pipe = NO_PIPE;
    this.receiving.drop();
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
