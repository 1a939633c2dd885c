import type { Clock } from '../../contract/clock.ts';
import type { LimitName, Limits } from '../../contract/limits.ts';
import { END_HEADERS, END_STREAM, FRAME, FrameScanner } from '../../http/frame-scanner.ts';
import { FieldCounter } from './field-counter.ts';

/**
 * What a visitor does with its HTTP/2 connection, seen on the frames themselves: `node:http2` handles much of it without a word.
 * Counts what costs us more than the visitor, and remembers which requests have been said to their end: a stream that was
 * reset looks like one that ended there.
 */

const PREFACE_BYTES = 24;
const SECOND_MS = 1_000;
/** A stream that lived longer than this was worth opening, however it ended (as Envoy counts). */
const PREMATURE_MS = 1_000;
/** Window updates that come for nothing: some clients send them in advance, and two for each frame of data. */
const UPDATES_FREE = 100;
const UPDATES_A_FRAME = 4;

type SeenFrame = readonly [type: number, flags: number, stream: number, length: number, code: number];

interface OpenStream {
  readonly at: number;
  ended: boolean;
  /** Fields of its sections, as sent: of the head, of the trailers. */
  readonly sections: number[];
  /** Bytes of the answer's body have left. */
  sent: boolean;
}

export class Conduct {
  readonly fromVisitor: FrameScanner;
  readonly toVisitor: FrameScanner;
  /** The first bound that was passed. */
  fault: LimitName | undefined;
  /** Streams begun on this connection. */
  streams = 0;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #open = new Map<number, OpenStream>();
  #lastStream = 0;
  /** Of the streams counted at present. */
  #begun = 0;
  #premature = 0;
  #blockBytes = 0;
  #idleSince = Number.NEGATIVE_INFINITY;
  #idle = 0;
  #updates = 0;
  #dataSent = 0;

  constructor(clock: Clock, limits: Limits) {
    this.#clock = clock;
    this.#limits = limits;
    const counter = new FieldCounter();
    const came = {
      frame: (...frame: SeenFrame) => {
        if (frame[0] === FRAME.headers) counter.begin();
        this.#came(...frame);
      },
      block: (bytes: Buffer, at: number, length: number) => counter.see(bytes, at, length),
      blockEnds: (stream: number) => void this.#open.get(stream)?.sections.push(counter.fields),
    };
    const went = { frame: (...frame: SeenFrame) => this.#went(...frame), block: () => {}, blockEnds: () => {} };
    this.fromVisitor = new FrameScanner(came, PREFACE_BYTES);
    this.toVisitor = new FrameScanner(went, 0);
  }

  /** The request of this stream was ended by the visitor, not cut. */
  hasEnded(stream: number): boolean {
    return this.#open.get(stream)?.ended === true;
  }

  /** Fields of a stream's head (0) or trailers (1), as the visitor sent them. */
  fieldsOf(stream: number, section: 0 | 1): number | undefined {
    return this.#open.get(stream)?.sections[section];
  }

  hasSent(stream: number): boolean {
    return this.#open.get(stream)?.sent !== false;
  }

  forget(stream: number): void {
    this.#open.delete(stream);
  }

  #came(type: number, flags: number, stream: number, length: number, code: number): void {
    switch (type) {
      case FRAME.headers:
        this.#begins(stream);
        this.#block(length, flags, length);
        break;
      case FRAME.continuation:
        this.#block(this.#blockBytes + length, flags, length);
        break;
      case FRAME.data:
        if (length === 0 && (flags & END_STREAM) === 0) this.#idled();
        break;
      case FRAME.reset:
        this.#wasReset(stream, code);
        this.#idled();
        break;
      case FRAME.windowUpdate:
        this.#updates += 1;
        if (this.#updates > UPDATES_FREE + UPDATES_A_FRAME * this.#dataSent) this.#idled();
        break;
      default:
        this.#idled();
    }
    if ((flags & END_STREAM) !== 0 && (type === FRAME.headers || type === FRAME.data)) this.#ends(stream);
  }

  #went(type: number, _flags: number, stream: number, length: number, code: number): void {
    if (type === FRAME.data) this.#sends(stream, length);
    else if (type === FRAME.reset) this.#wasReset(stream, code);
  }

  #begins(stream: number): void {
    if (stream <= this.#lastStream) return;
    this.#lastStream = stream;
    this.streams += 1;
    this.#open.set(stream, { at: this.#clock.now(), ended: false, sections: [], sent: false });
    this.#begun += 1;
    if (this.#begun < this.#limits.h2ResetStreams) return;
    if (2 * this.#premature >= this.#begun) this.#offends('h2ResetStreams');
    this.#begun = 0;
    this.#premature = 0;
  }

  #ends(stream: number): void {
    const open = this.#open.get(stream);
    if (open !== undefined) open.ended = true;
  }

  #sends(stream: number, length: number): void {
    this.#dataSent += 1;
    const open = this.#open.get(stream);
    if (open !== undefined && length > 0) open.sent = true;
  }

  /** Whoever did it: what makes us reset a stream costs as much (CVE-2025-8671). Code 0 is no failure. */
  #wasReset(stream: number, code: number): void {
    const open = this.#open.get(stream);
    if (open === undefined) return;
    this.#open.delete(stream);
    if (code !== 0 && this.#clock.now() - open.at < PREMATURE_MS) this.#premature += 1;
  }

  /** Part of a field block; an empty one carries nothing. */
  #block(bytes: number, flags: number, length: number): void {
    this.#blockBytes = (flags & END_HEADERS) === 0 ? bytes : 0;
    if (bytes > this.#limits.h2FieldBlockBytes) this.#offends('h2FieldBlockBytes');
    if (length === 0) this.#idled();
  }

  /** A frame that moves nothing forward. */
  #idled(): void {
    const now = this.#clock.now();
    if (now - this.#idleSince >= SECOND_MS) {
      this.#idleSince = now;
      this.#idle = 0;
    }
    this.#idle += 1;
    if (this.#idle > this.#limits.h2IdleFramesPerSecond) this.#offends('h2IdleFramesPerSecond');
  }

  #offends(limit: LimitName): void {
    this.fault ??= limit;
  }
}
