// One exchange with a visitor: reads the request's body, writes the responses. Its head was parsed before; which origin answers,
// and what error pages look like, it does not know.
import { type ErrorCode, STREAM_ERROR } from '../contract/errors.ts';
import type { LimitName } from '../contract/limits.ts';
import type { Fields, Head, MessagePipe, RequestHead, ResponseHead } from '../contract/message.ts';
import { type Arena, END, type PipeCause, type PipeOwner, RESET, type Secure, TRAILERS } from '../contract/pipe.ts';
import { STREAM_CODE, type StreamCode } from '../contract/stream.ts';
import { BodyReader } from './body-reader.ts';
import { BodyWriter } from './body-writer.ts';
import type { Connection, ConnectionUser } from './connection.ts';
import { responseText } from './head-text.ts';
import { CUT, FAULTY, readBody } from './read-body.ts';
import type { ParsedRequest } from './request-head.ts';
import { frameResponse, INTERIM } from './response-framing.ts';

/**
 * How an exchange ends. `keep`: the connection is free for the next head. `close`: it closes by itself, with time for the
 * visitor to read. `aborted`: it is broken, or was reset.
 */
export type ExchangeEnd = 'keep' | 'close' | 'aborted';

/** Both are called from inside calls to the message: note what happened, and ask the connection for readiness; nothing more. */
export interface ServerEvents {
  /** Once; the message takes part in nothing after it. */
  done(end: ExchangeEnd): void;
  /** Once at most: no response has begun and none will come, since the other side gave up or the request's body is not legal. `answer` is due. */
  refused(code: ErrorCode): void;
}

export class ServerMessage implements MessagePipe, ConnectionUser {
  readonly carries = 'messages';
  owner: PipeOwner | undefined = undefined;
  readonly head: RequestHead;
  readonly #request: ParsedRequest;
  readonly #connection: Connection;
  readonly #events: ServerEvents;
  #reader: BodyReader;
  #writer: BodyWriter | undefined;
  /** `refused`: whoever owned it is out, and `answer` decides. */
  #life: 'live' | 'refused' | 'over' = 'live';
  /** The response has been written, though maybe not sent. */
  #answered = false;
  #trailersTold = false;
  #endTold = false;
  #keep: boolean;
  #cause: PipeCause | undefined;

  /** Takes the connection over, directly behind the request's head. */
  constructor(connection: Connection, request: ParsedRequest, events: ServerEvents) {
    const { head } = request;
    this.head = head;
    this.#request = request;
    this.#connection = connection;
    this.#events = events;
    this.#keep = request.keepAlive;
    this.#reader = new BodyReader(head.body, head.length, connection.services.limits, true);
    connection.user = this;
    connection.want(false, false);
  }

  get cause(): PipeCause | undefined {
    return this.#cause;
  }

  get secure(): Secure | undefined {
    return this.#connection.pipe.secure;
  }

  get trailers(): Fields | undefined {
    return this.#trailersTold ? this.#reader.trailers : undefined;
  }

  /** The bound that the request's body passed, if it is refused for that. */
  get passedLimit(): LimitName | undefined {
    return this.#reader.limit;
  }

  /** The visitor owes bytes of the request. */
  get owing(): boolean {
    return this.#life === 'live' && !this.#reader.settled && !this.#awaitsUpgrade;
  }

  /** A final response head has been written. */
  get responding(): boolean {
    return this.#writer !== undefined;
  }

  get hungry(): boolean {
    return this.owing;
  }

  get ready(): boolean {
    return this.#life === 'live' && this.#reader.settled && !this.#endTold;
  }

  get more(): boolean {
    return this.ready || (this.hungry && this.#connection.more);
  }

  /** The response, if its head has not been written yet, will be the last one of the connection. */
  closeAfter(): void {
    this.#keep = false;
  }

  want(read: boolean, write: boolean): void {
    if (this.#life === 'live' && !this.#saidAll) this.#connection.want(read, write);
  }

  read(into: Arena, at: number, max: number): number {
    if (this.#endTold && this.#cause === undefined) return END;
    if (this.#life !== 'live') return RESET;
    // What the visitor sends before a 101 may be the next request, if there is no 101.
    if (this.#awaitsUpgrade) return this.#connection.broken ? this.#broken() : 0;
    const got = readBody(this.#connection, this.#reader, into, at, max);
    if (got >= 0) return got;
    switch (got) {
      case TRAILERS:
        if (this.#trailersTold) return this.#end();
        this.#trailersTold = true;
        return TRAILERS;
      case END:
        return this.#end();
      case CUT:
        return this.#spoilt('truncated', 'TK-3004');
      case FAULTY:
        return this.#spoilt('malformed', this.#reader.fault ?? 'TK-3004');
      default:
        return this.#broken();
    }
  }

  writeHead(head: Head): number {
    if (this.#life !== 'live' || head.kind !== 'response') return RESET;
    return this.#begin(head) ? 1 : RESET;
  }

  write(from: Arena, at: number, length: number): number {
    if (this.#life !== 'live' || this.#writer === undefined || this.#answered) return RESET;
    return this.#writer.write(from, at, length);
  }

  writeTrailers(fields: Fields): number {
    if (this.#life !== 'live' || this.#writer === undefined || this.#answered) return RESET;
    if (!this.head.acceptsTrailers) return 1;
    return this.#writer.trailers(fields) ? 1 : RESET;
  }

  end(): void {
    if (this.#life !== 'live' || this.#answered) return;
    if (this.#writer?.end()) {
      this.#finishResponse();
      return;
    }
    if (this.#writer === undefined) this.#refuse('TK-2006');
    else this.#abort();
    this.#connection.services.later.defer(() => this.owner?.readable());
  }

  reset(code: StreamCode = STREAM_CODE.cancelled): void {
    this.owner = undefined;
    if (this.#life !== 'live') return;
    if (this.#connection.broken) this.#broken();
    else if (this.#writer === undefined) this.#refuse(STREAM_ERROR[code]);
    // The response is whole: losing interest in the rest of the request must not take it from the visitor (P42).
    else if (this.#answered && this.#writer.kind !== 'upgrade') this.#close();
    else this.#abort();
  }

  close(): void {
    this.owner = undefined;
    if (!this.#saidAll) this.reset();
  }

  /**
   * The whole answer at once, for whoever refuses a request: its head and a body of at most half a block. False: a response
   * had begun already, or the connection is broken.
   */
  answer(head: ResponseHead, body: Buffer): boolean {
    if (this.#life === 'over' || this.#writer !== undefined) return false;
    this.#life = 'refused';
    const whole: ResponseHead = { ...head, body: 'length', length: body.length };
    if (!this.#begin(whole) || !this.#hold(body)) {
      this.#abort();
      return false;
    }
    this.#finishResponse();
    return true;
  }

  readable(): void {
    if (this.#connection.broken) this.#broken();
    this.owner?.readable();
  }

  writable(): void {
    if (this.#answered) this.#complete();
    else this.owner?.writable();
  }

  /** Bytes behind an upgrade's head belong to the new protocol only once it was agreed on. */
  get #awaitsUpgrade(): boolean {
    return this.#reader.kind === 'upgrade' && this.#writer === undefined;
  }

  /** Both sides have ended; only bytes of the response may still have to leave. */
  get #saidAll(): boolean {
    return this.#answered && this.#endTold;
  }

  #begin(head: ResponseHead): boolean {
    const { limits } = this.#connection.services;
    const framing =
      this.#writer === undefined ? frameResponse(head, this.#request, this.#keep && this.#reader.done) : undefined;
    if (framing === undefined) return false;
    if (framing === INTERIM && this.#request.version === 10) return true;
    const text = responseText(head, framing, limits);
    if (text === undefined || !this.#connection.hold(text)) return false;
    if (framing === INTERIM) return true;
    this.#keep = framing.connection !== 'close' && framing.body !== 'upgrade';
    this.#writer = new BodyWriter(this.#connection, framing.body, framing.length);
    if (this.#reader.kind === 'upgrade' && framing.body !== 'upgrade')
      this.#reader = new BodyReader('none', -1, limits, true);
    this.#connection.stir();
    return true;
  }

  #hold(body: Buffer): boolean {
    return this.#writer?.kind === 'none' || this.#connection.hold(body.toString('latin1'));
  }

  #finishResponse(): void {
    this.#answered = true;
    // A half-close, or what says that this was the last response; the request may still be coming.
    if (this.#keep) this.#connection.flush();
    else this.#connection.end();
    this.#complete();
  }

  /** Everything was said on both sides: lets the connection go as soon as it has written what is left. */
  #complete(): void {
    const heard = this.#life === 'refused' ? this.#reader.done : this.#endTold;
    if (this.#life === 'over' || !this.#answered) return;
    if (this.#connection.broken) this.#broken();
    else if (heard && this.#keep) this.#keepWhenWritten();
    else if (heard || this.#life === 'refused') this.#close();
  }

  #keepWhenWritten(): void {
    if (this.#connection.pending > 0) this.#connection.want(false, true);
    else this.#over('keep');
  }

  #end(): number {
    this.#endTold = true;
    this.#complete();
    return END;
  }

  #spoilt(cause: PipeCause, code: ErrorCode): number {
    this.#cause = cause;
    if (this.#writer === undefined) this.#refuse(code);
    else if (this.#answered && this.#writer.kind !== 'upgrade') this.#close();
    else this.#abort();
    return RESET;
  }

  #refuse(code: ErrorCode): void {
    this.#life = 'refused';
    this.#cause ??= 'local';
    this.#connection.want(false, false);
    this.#events.refused(code);
  }

  #broken(): number {
    this.#cause ??= this.#connection.pipe.cause ?? 'reset';
    this.#connection.reset();
    this.#over('aborted');
    return RESET;
  }

  #abort(): void {
    this.#cause ??= 'local';
    this.#connection.reset();
    this.#over('aborted');
  }

  #close(): void {
    this.#connection.finish();
    this.#over('close');
  }

  #over(end: ExchangeEnd): void {
    if (this.#life === 'over') return;
    this.#life = 'over';
    this.#connection.user = undefined;
    this.#events.done(end);
  }
}
