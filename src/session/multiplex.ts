/**
 * The streams of an established session, and what they share: slots, the order of sending, the memory for slow pipes, keep-alive.
 * Puts frames into an outbox when it is told to; knows no link.
 */
import type { Clock } from '../contract/clock.ts';
import type { Defect } from '../contract/defect.ts';
import type { Limits } from '../contract/limits.ts';
import type { Pipe } from '../contract/pipe.ts';
import { STREAM_CODE, type StreamCode, type StreamHead } from '../contract/stream.ts';
import { FRAME } from '../protocol/frame.ts';
import type { Goaway } from '../protocol/goaway.ts';
import { FEATURE, type Hello } from '../protocol/hello.ts';
import { OPENER } from '../protocol/stream-id.ts';
import { PerSecond } from './abuse.ts';
import { Control } from './control.ts';
import { type ControlMessage, encodeMessage, messageFrame } from './control-message.ts';
import { helloWindowBytes } from './credit.ts';
import { isDatagramPipe } from './datagrams.ts';
import { Demux, type DemuxHost } from './demux.ts';
import { KeepAlive } from './keep-alive.ts';
import type { Outbox } from './outbox.ts';
import { goawayPayload, payloadOf } from './payload.ts';
import { Scheduler } from './scheduler.ts';
import type { SessionOptions } from './session-options.ts';
import { SessionStream } from './stream.ts';
import { StreamTable } from './stream-table.ts';

/** Each exposure may have a message of its own and an answer or withdrawal behind it. */
const NOTES_PER_EXPOSURE = 2;
/** The peer counts seconds that do not begin with ours, and so may see the resets of two of our seconds in one of its own. */
const RESETS_SHARE = 1 / 2;

export interface MultiplexHost {
  /** Something is to be sent, or may have ended. */
  wake(): void;
  peerGoaway(goaway: Goaway): void;
  /** More messages wait than can be meant. */
  overrun(detail: string): void;
}

export class Multiplex implements DemuxHost {
  readonly role: 'gateway' | 'agent';
  readonly clock: Clock;
  readonly limits: Limits;
  readonly defect: Defect;
  readonly dataBytesMax: number;
  readonly windowBytes: number;
  readonly peerWindowBytes: number;
  readonly datagrams: boolean;
  readonly demux: Demux;
  readonly keepAlive: KeepAlive;
  blocked = false;
  draining = false;
  ended = false;
  openedCount = 0;
  outOfMemoryCount = 0;
  readonly #options: SessionOptions;
  readonly #host: MultiplexHost;
  readonly #streams: StreamTable<SessionStream>;
  readonly #scheduler = new Scheduler<SessionStream>();
  readonly #control: Control;
  readonly #resetPace: PerSecond;
  /** Streams without a slot whose pipe is still taking what had arrived. */
  readonly #lingering = new Set<SessionStream>();
  #overflowBytes = 0;
  #emptyAt: number;

  constructor(options: SessionOptions, theirs: Hello, host: MultiplexHost) {
    const { role, clock, limits, crypto } = options;
    this.#options = options;
    this.#host = host;
    this.#emptyAt = clock.now();
    this.role = role;
    this.clock = clock;
    this.limits = limits;
    this.windowBytes = helloWindowBytes(role, limits);
    this.defect = options.turns.defect;
    this.peerWindowBytes = theirs.streamWindowBytes;
    this.datagrams = (theirs.features & FEATURE.datagram) !== 0;
    const checked = options.crc32 !== undefined && (theirs.features & FEATURE.crc) !== 0;
    this.dataBytesMax = Math.min(theirs.frameBytesMax, limits.frameBytes, checked ? limits.frameBytesCrc : Infinity);
    this.#streams = new StreamTable(OPENER[role], theirs.streamsMax, limits.sessionStreams);
    this.demux = new Demux(this, this.#streams);
    this.keepAlive = new KeepAlive(limits, crypto.random(4).readUInt32BE(0), clock.now());
    this.#resetPace = new PerSecond(Math.ceil(limits.sessionResetsPerSecond * RESETS_SHARE), clock);
    this.#control = new Control(this.keepAlive, this.#resetPace, limits.sessionExposures * NOTES_PER_EXPOSURE);
  }

  get rttMs(): number {
    return this.keepAlive.rttMs ?? 0;
  }

  get overflowBytes(): number {
    return this.#overflowBytes;
  }

  /** Streams that are not wholly over. */
  get streams(): number {
    return this.#streams.size + this.#lingering.size;
  }

  get idleMs(): number {
    return this.streams > 0 ? 0 : this.clock.now() - this.#emptyAt;
  }

  /** Frames are due, and there is nothing to wait for but room. */
  get hasWork(): boolean {
    return this.#scheduler.length > 0 || this.#control.hasWork;
  }

  open(head: StreamHead, pipe: Pipe): SessionStream | undefined {
    if (this.draining || this.ended || (head.kind === 'udp' && !this.datagrams)) return undefined;
    const id = this.#streams.allocate();
    if (id === 0) return undefined;
    const stream = new SessionStream(this, id, pipe, head, this.peerWindowBytes);
    this.#streams.put(id, stream);
    this.openedCount++;
    return stream;
  }

  send(message: ControlMessage): void {
    this.#note(messageFrame(message), payloadOf(encodeMessage, message, this.limits.controlFrameBytes));
  }

  sayGoaway(goaway: Goaway): void {
    this.draining = true;
    this.#note(FRAME.GOAWAY, goawayPayload(goaway, this.limits.controlFrameBytes));
    this.#endFlows();
  }

  sayPing(): void {
    this.#control.ping();
    this.#host.wake();
  }

  /** Fills the outbox: control first, then data, then what the data brought about. */
  fill(outbox: Outbox): void {
    const now = this.clock.now();
    if (!this.#control.sweep(outbox, now)) return;
    this.#scheduler.pump(outbox);
    this.#control.sweep(outbox, now);
  }

  /** The link takes nothing: pipes that are ready need not say so again and again. */
  block(): void {
    this.blocked = true;
    this.#scheduler.parkAll();
  }

  /** When resets that wait for the next second may leave; infinity if none wait. */
  get paceAt(): number {
    return this.#control.waitsForPace ? this.#resetPace.freeAt : Number.POSITIVE_INFINITY;
  }

  unpace(): void {
    this.#control.unpace();
    this.#host.wake();
  }

  /** False if no stream costs memory. */
  relieve(): boolean {
    const before = this.#overflowBytes;
    this.#shrink(before / 2);
    return before > 0;
  }

  /** The session is over. Streams that only wait for their pipe to take the rest go on if `finishing`. */
  lose(finishing: boolean): void {
    this.ended = true;
    for (const stream of [...this.#streams]) {
      this.#streams.remove(stream.id);
      stream.lose(STREAM_CODE.sessionLost, false);
    }
    for (const stream of [...this.#lingering]) stream.lose(STREAM_CODE.sessionLost, finishing);
    this.#control.clear();
    this.#scheduler.clear();
  }

  // What streams ask.

  sendable(stream: SessionStream): void {
    this.#scheduler.add(stream);
    if (this.blocked) stream.park();
    else this.#host.wake();
  }

  owes(stream: SessionStream): void {
    this.#control.owe(stream);
    this.#host.wake();
  }

  overflowed(bytes: number): void {
    this.#overflowBytes += bytes;
    if (bytes > 0) this.#shrink(this.limits.sessionOverflowBytes);
  }

  offended(): void {
    this.demux.countReset();
  }

  released(stream: SessionStream, unsaid: boolean): void {
    if (unsaid) this.#streams.withdraw(stream.id);
    else this.#streams.remove(stream.id);
    if (stream.holdsPipe) this.#lingering.add(stream);
    this.#left();
  }

  gone(stream: SessionStream): void {
    this.#lingering.delete(stream);
    this.#left();
  }

  // What frames of the session bring.

  ping(nonce: number): void {
    this.#control.pong(nonce);
  }

  pong(nonce: number): void {
    this.keepAlive.pong(nonce, this.clock.now());
  }

  goaway(goaway: Goaway): void {
    this.draining = true;
    this.#endFlows();
    // Behind the answer to a PING the peer counts on no more of them.
    for (const stream of [...this.#streams]) if (stream.unsaid) stream.abort(STREAM_CODE.unavailable);
    this.#host.peerGoaway(goaway);
  }

  control(message: ControlMessage): void {
    this.#options.events.control(message);
  }

  opened(head: StreamHead): Pipe | StreamCode {
    this.openedCount++;
    return this.#options.events.opened(head);
  }

  /** Nothing says when a flow has said all, so nobody waits for it; its next datagram finds the next session. */
  #endFlows(): void {
    for (const stream of [...this.#streams]) if (isDatagramPipe(stream.pipe)) stream.abort(STREAM_CODE.unavailable);
  }

  #left(): void {
    if (this.streams === 0) this.#emptyAt = this.clock.now();
    if (this.draining) this.#host.wake();
  }

  #note(type: number, payload: Buffer): void {
    if (this.#control.note(type, payload)) this.#host.wake();
    else this.#host.overrun('more messages wait than exposures explain');
  }

  #shrink(overflowBytesMax: number): void {
    while (this.#overflowBytes > overflowBytesMax) {
      const stalled = this.#longestStalled();
      if (stalled === undefined) return;
      this.outOfMemoryCount++;
      stalled.abort(STREAM_CODE.memory);
    }
  }

  #longestStalled(): SessionStream | undefined {
    let longest: SessionStream | undefined;
    const look = (stream: SessionStream) => {
      const { overflowBytes, stalledAt } = stream.receiving;
      if (overflowBytes > 0 && stalledAt < (longest?.receiving.stalledAt ?? Infinity)) longest = stream;
    };
    for (const stream of this.#streams) look(stream);
    for (const stream of this.#lingering) look(stream);
    return longest;
  }
}
