import type { Fields, Head, MessagePipe } from '../contract/message.ts';
import { type Arena, END } from '../contract/pipe.ts';
import { STREAM_CODE, type Stream, type StreamCode } from '../contract/stream.ts';
import { PipeThrough } from './pipe-through.ts';
import type { VisitorMessage } from './visitor-message.ts';

/** With these an agent says that no origin has seen anything of the request. */
const UNSEEN: ReadonlySet<StreamCode> = new Set([
  STREAM_CODE.refused,
  STREAM_CODE.originRefused,
  STREAM_CODE.originUnreachable,
  STREAM_CODE.originConnectTimeout,
  STREAM_CODE.originTls,
  STREAM_CODE.unavailable,
]);
const KEPT_BYTES_LEAST = 1_024;
/** Of requests whose body is not kept. */
const NOTHING = Buffer.alloc(0);

/** What bodies that may be needed again cost, together. */
export interface KeptBodies {
  bytes: number;
  readonly bytesMax: number;
  /** Of each. */
  readonly bodyBytesMax: number;
}

export interface RepeatableHost {
  /** A stream gave the message back, unanswered and whole. Called from inside calls to the stream. */
  givenBack(code: StreamCode): void;
  /** Runs `work` in a later turn. */
  later(work: () => void): void;
}

/**
 * A visitor's message that one stream after the other may take: what is read of its body is kept until an origin was reached.
 * Knows what could be sent again; whether it is, and through whom, is the exchange's.
 */
export class Repeatable extends PipeThrough implements MessagePipe {
  readonly carries = 'messages';
  /** The one that has it now. */
  stream: Stream | undefined;
  declare readonly inner: VisitorMessage;
  readonly #budget: KeptBodies;
  readonly #host: RepeatableHost;
  #kept: Buffer = NOTHING;
  #length = 0;
  /** So much of what is kept has been read again. */
  #at = 0;
  /** Everything that was read could be read again. */
  #whole = true;
  #wanted = false;
  /** What the end of the message is to its stream. */
  #end: 'open' | 'told' | 'to be told again' = 'open';

  constructor(inner: VisitorMessage, budget: KeptBodies, host: RepeatableHost) {
    super(inner);
    this.#budget = budget;
    this.#host = host;
  }

  get head(): Head | undefined {
    return this.inner.head;
  }
  get trailers(): Fields | undefined {
    return this.inner.trailers;
  }
  override get more(): boolean {
    return this.#hasAgain || this.inner.more;
  }

  override read(into: Arena, at: number, max: number): number {
    if (this.#at < this.#length) {
      const again = this.#kept.copy(into.bytes, at, this.#at, Math.min(this.#length, this.#at + max));
      this.#at += again;
      if (!this.#whole) this.settle();
      return again;
    }
    const count = this.inner.read(into, at, max);
    if (count === END) this.#end = 'told';
    if (count > 0 && this.#whole) this.#keep(into.bytes.subarray(at, at + count));
    return count;
  }

  /** The inner message knows nothing of what is kept here. */
  override want(read: boolean, write: boolean): void {
    this.#wanted = read;
    this.inner.want(read, write);
    if (read && this.#hasAgain) this.#host.later(() => this.#tell());
  }

  writeHead(head: Head): number {
    this.settle();
    return this.inner.writeHead(head);
  }

  writeTrailers(fields: Fields): number {
    return this.inner.writeTrailers(fields);
  }

  override reset(code: StreamCode = STREAM_CODE.cancelled): void {
    if (!this.#mayGoOn(code)) {
      this.drop();
      this.inner.reset(code);
      return;
    }
    this.inner.owner = undefined;
    this.want(false, false);
    this.stream = undefined;
    this.#at = 0;
    if (this.#end === 'told') this.#end = 'to be told again';
    this.#host.givenBack(code);
  }

  /** From now on it is nobody's but the stream's that has it, which still gets what was kept for it. */
  settle(): void {
    this.#whole = false;
    if (this.#at === this.#length) this.drop();
  }

  /** Nobody needs any more of it. */
  drop(): void {
    this.#whole = false;
    this.#budget.bytes -= this.#kept.length;
    this.#kept = NOTHING;
    this.#length = 0;
    this.#at = 0;
  }

  get #hasAgain(): boolean {
    return this.#at < this.#length || this.#end === 'to be told again';
  }

  #tell(): void {
    if (!this.#wanted || !this.#hasAgain) return;
    this.owner?.readable();
    this.#host.later(() => this.#tell());
  }

  #mayGoOn(code: StreamCode): boolean {
    const { cause, responding, trailers } = this.inner;
    if (!this.#whole || cause !== undefined || responding || trailers !== undefined) return false;
    if (code === STREAM_CODE.sessionLost) return true;
    return UNSEEN.has(code) && this.stream?.opened !== true;
  }

  #keep(bytes: Buffer): void {
    if (this.stream?.opened || !this.#hasRoom(this.#length + bytes.length)) {
      this.settle();
      return;
    }
    bytes.copy(this.#kept, this.#length);
    this.#length += bytes.length;
    this.#at = this.#length;
  }

  #hasRoom(bytes: number): boolean {
    const budget = this.#budget;
    if (bytes <= this.#kept.length) return true;
    if (bytes > budget.bodyBytesMax) return false;
    const size = Math.min(budget.bodyBytesMax, Math.max(KEPT_BYTES_LEAST, bytes, 2 * this.#kept.length));
    const more = size - this.#kept.length;
    if (budget.bytes + more > budget.bytesMax) return false;
    const roomier = Buffer.allocUnsafe(size);
    this.#kept.copy(roomier, 0, 0, this.#length);
    this.#kept = roomier;
    budget.bytes += more;
    return true;
  }
}
