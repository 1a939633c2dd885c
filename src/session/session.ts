/**
 * One peer: a link, the handshake on it, the streams over it, and its end. The same code on both ends.
 * Wires the parts together and owns the only timer; what the parts do is theirs.
 */
import type { Timer } from '../contract/clock.ts';
import type { LimitName } from '../contract/limits.ts';
import type { Link } from '../contract/link.ts';
import { END, type Pipe, type PipeOwner, RESET } from '../contract/pipe.ts';
import type { Stream, StreamHead, StreamOpener } from '../contract/stream.ts';
import { ProtocolError } from '../protocol/error.ts';
import { FRAME, frameBounds } from '../protocol/frame.ts';
import type { Goaway } from '../protocol/goaway.ts';
import { FEATURE, type Hello } from '../protocol/hello.ts';
import type { Welcome } from '../protocol/welcome.ts';
import type { ControlMessage } from './control-message.ts';
import { Farewell } from './farewell.ts';
import { Handshake } from './handshake.ts';
import { Inbox } from './inbox.ts';
import { Multiplex } from './multiplex.ts';
import { Outbox } from './outbox.ts';
import { Parting } from './parting.ts';
import { goawayPayload } from './payload.ts';
import type { EndCause, SessionEnd, SessionOptions, SessionStats } from './session-options.ts';
import type { Turning } from './turns.ts';

export type { ControlMessage } from './control-message.ts';
export type { EndCause, SessionEnd, SessionEvents, SessionOptions, SessionStats } from './session-options.ts';
export { Turns } from './turns.ts';

/** Rounds of filling and writing in one turn, while the link takes everything: then the others have theirs. */
const ROUNDS_MAX = 4;
/** The causes after which what has arrived whole is still delivered. */
const FINISHING: ReadonlySet<EndCause> = new Set(['link', 'silent', 'goaway']);

export class Session implements StreamOpener, PipeOwner, Turning {
  turnDue = false;
  readonly #link: Link;
  readonly #options: SessionOptions;
  readonly #handshake: Handshake;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  #theirs: Hello | undefined;
  #streams: Multiplex | undefined;
  #timer: Timer;
  #timerAt: number;
  #begun = false;
  #over = false;
  /** Said to the peer: the session ends with the last stream. */
  #drain: Goaway | undefined;
  #peerDrain: Goaway | undefined;
  /** Our GOAWAY and the last stream are over. */
  #parting: Parting | undefined;
  /** The bound that this session ends for. */
  #limit: LimitName | undefined;

  /** Says preface and HELLO on its first turn, and from then on lives by the turns and the link's readiness. */
  constructor(link: Link, options: SessionOptions) {
    const { clock, limits, arenas } = options;
    this.#link = link;
    this.#options = options;
    this.#handshake = new Handshake(options, link.peer, {
      say: (type, payload) => this.#say(type, payload),
      agreed: (theirs) => this.#agreed(theirs),
      established: (welcome) => this.#established(welcome),
      refused: (goaway, tell) => this.#end('refused', `${goaway.code}: ${goaway.seen}`, goaway, tell),
      failed: (error) => this.#fail(error),
    });
    this.#inbox = new Inbox(this.#handshake, frameBounds(limits, false), limits.linkUnauthenticatedBytes);
    this.#outbox = new Outbox(arenas);
    this.#timerAt = clock.now() + limits.linkAuthenticateMs;
    this.#timer = clock.after(limits.linkAuthenticateMs, () => this.#look());
    link.owner = this;
    link.want(true, false);
    this.#wake();
  }

  /** Undefined: not established, draining, over, or the peer takes no more streams. */
  open(head: StreamHead, visitor: Pipe): Stream | undefined {
    return this.#streams?.open(head, visitor);
  }

  /** Ignored unless the session is established. Throws RangeError for a message the wire cannot say. */
  send(message: ControlMessage): void {
    if (!this.#over) this.#streams?.send(message);
  }

  /** No new streams from now on; `closed` comes when the last one has ended. Any code but `draining` ends it at once. */
  goaway(goaway: Goaway): void {
    if (this.#over || this.#drain !== undefined) return;
    if (this.#streams === undefined || goaway.code !== 'draining') {
      this.close(goaway);
      return;
    }
    this.#drain = goaway;
    this.#streams.sayGoaway(goaway);
  }

  /** Ends it now: last words, then the link; streams end with `sessionLost`. */
  close(goaway?: Goaway): void {
    this.#end('local', goaway === undefined ? 'closed' : `closed with ${goaway.code}`, goaway, goaway !== undefined);
  }

  /** Asks the peer for a sign of life; if none comes within `withinMs`, the session is lost. For wake-ups and new addresses. */
  probe(withinMs: number): void {
    if (this.#over || this.#streams === undefined) return;
    const now = this.#options.clock.now();
    this.#streams.keepAlive.probe(withinMs, now);
    this.#streams.sayPing();
    this.#arm(now);
  }

  /** Resets streams that stall, the longest first, until half of what they cost is free. False if none costs anything. */
  relieve(): boolean {
    return this.#streams?.relieve() ?? false;
  }

  /** Flows of datagrams may be opened, and announced. */
  get carriesDatagrams(): boolean {
    return this.#streams?.datagrams ?? false;
  }

  /** Not wholly over, of both sides. */
  get streams(): number {
    return this.#streams?.streams ?? 0;
  }

  get stats(): SessionStats {
    const streams = this.#streams;
    return {
      rttMs: streams?.keepAlive.rttMs,
      streams: streams?.streams ?? 0,
      idleMs: streams?.idleMs ?? 0,
      bytesIn: this.#inbox.received,
      bytesOut: this.#outbox.framed,
      overflowBytes: streams?.overflowBytes ?? 0,
      opened: streams?.openedCount ?? 0,
      outOfMemory: streams?.outOfMemoryCount ?? 0,
    };
  }

  // The link's side.

  readable(): void {
    if (this.#over) return;
    try {
      // A link may have bytes before the first turn; what they are answered with must stand behind our own first words.
      this.#begin();
      const before = this.#inbox.received;
      const read = this.#inbox.pull(this.#link);
      if (this.#over) return;
      if (this.#inbox.received > before) this.#streams?.keepAlive.heard(this.#options.clock.now());
      if (read === RESET) this.#end('link', `the link broke: ${this.#link.cause ?? 'reset'}`);
      else if (read === END && this.#parting !== undefined) this.#end('local', 'drained', this.#drain);
      else if (read === END) this.#end('link', 'the peer ended the link');
      else this.#wake();
    } catch (error) {
      this.#fail(error);
    }
  }

  writable(): void {
    if (this.#over) return;
    if (this.#streams !== undefined) this.#streams.blocked = false;
    this.#link.want(true, false);
    this.#wake();
  }

  turn(): void {
    if (this.#over) return;
    try {
      this.#begin();
      this.#write();
      if (!this.#over && this.#streams !== undefined) this.#afterWrite(this.#streams);
    } catch (error) {
      this.#fail(error);
    }
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#outbox.preface();
    this.#handshake.begin();
  }

  #write(): void {
    const streams = this.#streams;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      streams?.fill(this.#outbox);
      if (this.#over || streams?.blocked) return;
      const { waiting } = this.#outbox;
      const flushed = this.#outbox.flush(this.#link);
      if (this.#outbox.waiting < waiting) streams?.keepAlive.sent(this.#options.clock.now());
      if (flushed === 'broken') {
        this.#end('link', `the link broke: ${this.#link.cause ?? 'reset'}`);
        return;
      }
      if (flushed === 'some') {
        streams?.block();
        this.#link.want(true, true);
        return;
      }
      if (!streams?.hasWork) return;
    }
    this.#wake();
  }

  #afterWrite(streams: Multiplex): void {
    const idle = streams.streams === 0 && !streams.hasWork && this.#outbox.waiting === 0;
    if (idle && this.#drain !== undefined) this.#part(streams, this.#options.clock.now());
    else if (streams.paceAt < this.#timerAt) this.#arm(this.#options.clock.now());
  }

  #part(streams: Multiplex, now: number): void {
    if (this.#parting === undefined) {
      this.#parting = new Parting(streams.keepAlive, now + this.#options.limits.drainedPartMs);
      streams.sayPing();
      this.#arm(now);
    } else if (this.#parting.answered) {
      this.#end('local', 'drained', this.#drain);
    }
  }

  // What the parts ask.

  #wake(): void {
    this.#options.turns.ready(this);
  }

  #say(type: number, payload: Buffer): void {
    payload.copy(this.#outbox.arena.bytes, this.#outbox.payloadAt);
    this.#outbox.frame(type, 0, payload.length);
    this.#wake();
  }

  #agreed(theirs: Hello): void {
    this.#theirs = theirs;
    const { crc32, limits } = this.#options;
    if (crc32 === undefined || (theirs.features & FEATURE.crc) === 0) return;
    this.#outbox.checksum(crc32);
    this.#inbox.checksum(crc32, frameBounds(limits, true));
  }

  #established(welcome: Welcome): void {
    const streams = new Multiplex(this.#options, this.#theirs!, {
      wake: () => this.#wake(),
      peerGoaway: (goaway) => this.#peerGoaway(goaway),
      overrun: (detail) => this.#fail(new ProtocolError('limit', detail)),
    });
    this.#streams = streams;
    this.#inbox.handTo(streams.demux, this.#options.arenas);
    // The first PING goes at once: the round trip is known before the first window could grow.
    streams.sayPing();
    this.#arm(this.#options.clock.now());
    this.#options.events.established(welcome);
  }

  #peerGoaway(goaway: Goaway): void {
    if (goaway.code !== 'draining') {
      this.#end('goaway', `${goaway.code}: ${goaway.seen}`, goaway);
      return;
    }
    this.#peerDrain = goaway;
    this.#options.events.draining?.(goaway);
  }

  // Time and end.

  #look(): void {
    try {
      this.#lookAtTime();
    } catch (error) {
      this.#fail(error);
    }
  }

  #lookAtTime(): void {
    const streams = this.#streams;
    const now = this.#options.clock.now();
    if (streams === undefined) {
      this.#limit = 'linkAuthenticateMs';
      this.#end('silent', `not admitted within ${this.#options.limits.linkAuthenticateMs} ms`);
      return;
    }
    if (this.#parting !== undefined && this.#parting.until <= now) {
      this.#end('local', 'drained', this.#drain);
      return;
    }
    const due = streams.keepAlive.look(now);
    if (due === 'dead') {
      this.#limit = 'peerSilentMs';
      this.#end('silent', 'the peer has been silent for too long');
      return;
    }
    if (due === 'ping') streams.sayPing();
    if (streams.paceAt <= now) streams.unpace();
    this.#arm(now);
  }

  #arm(now: number): void {
    const streams = this.#streams!;
    this.#timer.cancel();
    const partAt = this.#parting?.until ?? Number.POSITIVE_INFINITY;
    this.#timerAt = Math.min(now + streams.keepAlive.nextLookMs(now), Math.max(now, streams.paceAt), partAt);
    this.#timer = this.#options.clock.after(this.#timerAt - now, () => this.#look());
  }

  #fail(error: unknown): void {
    const broken = error instanceof ProtocolError;
    if (broken) this.#limit = error.limit;
    else this.#options.turns.defect(error);
    const detail = error instanceof Error ? error.message : String(error);
    const code = broken ? 'TK-4009' : 'TK-9001';
    const seen = broken ? detail : 'The session met a defect of this program.';
    this.#end('protocol', `${code}: ${detail}`, { code, permanent: false, comeBackInMs: 0, seen }, true);
  }

  #end(cause: EndCause, detail: string, goaway?: Goaway, tell = false): void {
    if (this.#over) return;
    this.#over = true;
    this.#timer.cancel();
    this.#handshake.stop();
    this.#inbox.stop();
    this.#streams?.lose(FINISHING.has(cause));
    this.#leave(cause, tell ? goaway : undefined);
    this.#options.events.closed(this.#endOf(cause, detail, goaway));
  }

  /** A link that ends after the peer said it would drain has done what it said. */
  #endOf(cause: EndCause, detail: string, goaway: Goaway | undefined): SessionEnd {
    if (cause === 'link' && this.#peerDrain !== undefined) return { cause: 'goaway', goaway: this.#peerDrain, detail };
    const limit = this.#limit === undefined ? {} : { limit: this.#limit };
    return goaway === undefined ? { cause, detail, ...limit } : { cause, goaway, detail, ...limit };
  }

  #leave(cause: EndCause, lastWords: Goaway | undefined): void {
    const { arenas, clock, limits } = this.#options;
    if (cause === 'link' || cause === 'silent') {
      this.#outbox.release();
      if (cause === 'silent') this.#link.reset();
      else this.#link.close();
      return;
    }
    // Between its own HELLO and the other's a side says nothing.
    if (lastWords !== undefined && this.#theirs !== undefined) {
      const payload = goawayPayload(lastWords, limits.controlFrameBytes);
      if (payload.length <= this.#outbox.room()) this.#say(FRAME.GOAWAY, payload);
    }
    new Farewell(this.#link, this.#outbox, arenas, clock);
  }
}
