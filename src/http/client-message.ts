// One exchange with an origin: writes the request, reads the responses. Which origin, and what becomes of its connection
// afterwards, it does not know.
import type { Fields, Head, MessagePipe, ResponseHead } from '../contract/message.ts';
import {
  type Arena,
  END,
  HEAD,
  type PipeCause,
  type PipeOwner,
  RESET,
  type Secure,
  TRAILERS,
} from '../contract/pipe.ts';
import type { StreamCode } from '../contract/stream.ts';
import { BodyReader } from './body-reader.ts';
import { BodyWriter } from './body-writer.ts';
import type { Connection, ConnectionUser } from './connection.ts';
import { requestText } from './head-text.ts';
import { CUT, FAULTY, readBody } from './read-body.ts';
import { type ParsedResponse, ResponseHeadParser } from './response-head.ts';

export interface ClientEvents {
  /**
   * Once, from inside a call to the message or from the connection. `reuse`: the connection is at rest and free.
   * `close`: it is over, or closes by itself.
   */
  done(end: 'reuse' | 'close'): void;
}

export class ClientMessage implements MessagePipe, ConnectionUser {
  readonly carries = 'messages';
  owner: PipeOwner | undefined = undefined;
  readonly #connection: Connection;
  readonly #events: ClientEvents;
  #parser: ResponseHeadParser | undefined;
  #writer: BodyWriter | undefined;
  #head: ResponseHead | undefined;
  /** Of the final response. */
  #reader: BodyReader | undefined;
  #interims = 0;
  /** The origin lets the connection live on. */
  #keep = false;
  #requestEnded = false;
  #trailersTold = false;
  #endTold = false;
  #over = false;
  #cause: PipeCause | undefined;
  #wantsRead = false;
  #wantsWrite = false;
  #connected = false;

  /** Takes the connection over, at rest or still connecting. */
  constructor(connection: Connection, events: ClientEvents) {
    this.#connection = connection;
    this.#events = events;
    connection.user = this;
    connection.want(false, false);
  }

  get cause(): PipeCause | undefined {
    return this.#cause;
  }

  get secure(): Secure | undefined {
    return this.#connection.pipe.secure;
  }

  get head(): ResponseHead | undefined {
    return this.#head;
  }

  get trailers(): Fields | undefined {
    return this.#trailersTold ? this.#reader?.trailers : undefined;
  }

  /** A response head, also an interim one, has been read. */
  get responded(): boolean {
    return this.#head !== undefined;
  }

  get hungry(): boolean {
    return !this.#over && this.#reader?.settled !== true;
  }

  get ready(): boolean {
    return !this.#over && this.#reader?.settled === true && !this.#endTold;
  }

  get more(): boolean {
    return this.ready || (this.hungry && this.#connection.more);
  }

  want(read: boolean, write: boolean): void {
    this.#wantsRead = read;
    this.#wantsWrite = write;
    this.#pass();
  }

  writeHead(head: Head): number {
    if (this.#over || this.#writer !== undefined || head.kind !== 'request') return RESET;
    const { limits } = this.#connection.services;
    const text = requestText(head, limits);
    if (text === undefined || !this.#connection.hold(text)) return RESET;
    this.#parser = new ResponseHeadParser(limits, head);
    this.#writer = new BodyWriter(this.#connection, head.body, head.length);
    return 1;
  }

  write(from: Arena, at: number, length: number): number {
    if (this.#over || this.#writer === undefined || this.#requestEnded) return RESET;
    if (this.#awaitsUpgrade) return 0;
    const taken = this.#writer.write(from, at, length);
    // An origin that answered early and left must not take its answer back: the rest of the request goes nowhere (P42).
    return taken === RESET && this.#connection.broken && this.#answerIsSafe ? length : taken;
  }

  writeTrailers(fields: Fields): number {
    if (this.#over || this.#writer === undefined || this.#requestEnded) return RESET;
    return this.#writer.trailers(fields) ? 1 : RESET;
  }

  end(): void {
    if (this.#over || this.#writer === undefined || this.#requestEnded) return;
    if (!this.#writer.end() && !(this.#connection.broken && this.#answerIsSafe)) {
      this.#break('malformed');
      this.#connection.services.later.defer(() => this.owner?.readable());
      return;
    }
    this.#requestEnded = true;
    if (this.#upgraded) this.#connection.end();
    else this.#connection.flush();
    this.#complete();
  }

  read(into: Arena, at: number, max: number): number {
    if (this.#endTold) return END;
    if (this.#over) return RESET;
    if (this.#reader === undefined) return this.#readHead();
    const got = readBody(this.#connection, this.#reader, into, at, max);
    if (got >= 0) return got;
    switch (got) {
      case TRAILERS:
        if (this.#trailersTold) return this.#end();
        this.#trailersTold = true;
        return TRAILERS;
      case END:
        // Over TLS a cut looks like an end here, so only a declared end counts (P101).
        return this.#reader.kind === 'close' && this.secure !== undefined ? this.#break('truncated') : this.#end();
      case CUT:
        return this.#break('truncated');
      case FAULTY:
        return this.#break('malformed');
      default:
        return this.#break(this.#connection.pipe.cause ?? 'reset');
    }
  }

  reset(code?: StreamCode): void {
    this.owner = undefined;
    if (this.#over) return;
    this.#cause ??= 'local';
    this.#connection.reset(code);
    this.#done('close');
  }

  close(): void {
    this.owner = undefined;
    if (!(this.#endTold && this.#requestEnded)) this.reset();
  }

  readable(): void {
    // Once the answer has been read, a broken connection is nobody's concern but the pool's; but an upgraded one still has a direction to lose.
    if (this.#endTold && !(this.#upgraded && this.#connection.broken)) return;
    if (this.#endTold) this.#break(this.#connection.pipe.cause ?? 'reset');
    this.owner?.readable();
  }

  writable(): void {
    this.#connected = true;
    this.owner?.writable();
    this.#pass();
  }

  /** Hands the wishes on. Before a 101 an upgrade takes nothing, but the first `writable` says that the origin was reached. */
  #pass(): void {
    if (this.#over) return;
    const write = this.#wantsWrite && (!this.#connected || !this.#awaitsUpgrade);
    this.#connection.want(this.#wantsRead, write);
  }

  get #upgraded(): boolean {
    return this.#reader?.kind === 'upgrade';
  }

  get #awaitsUpgrade(): boolean {
    return this.#writer?.kind === 'upgrade' && this.#reader === undefined;
  }

  /** What is left of the final response has arrived already. */
  get #answerIsSafe(): boolean {
    return this.#reader !== undefined && (this.#reader.done || this.#connection.carried > 0);
  }

  #readHead(): number {
    if (this.#parser === undefined) return 0;
    const parsed = this.#connection.readHead<ParsedResponse | string>(this.#parser);
    if (parsed === undefined) return 0;
    if (typeof parsed === 'string') return this.#break('malformed');
    if (parsed === END) return this.#break('truncated');
    if (typeof parsed === 'number') return this.#break(this.#connection.pipe.cause ?? 'reset');
    if (parsed.interim) {
      this.#interims += 1;
      if (this.#interims > this.#connection.services.limits.interimResponses) return this.#break('malformed');
    } else {
      this.#begin(parsed);
    }
    this.#head = parsed.head;
    return HEAD;
  }

  #begin({ head, keepAlive }: ParsedResponse): void {
    const { limits } = this.#connection.services;
    this.#reader = new BodyReader(head.body, head.length, limits, false);
    // After an early answer nobody knows what the origin makes of the rest of the request (X5).
    this.#keep = keepAlive && this.#requestEnded;
    if (this.#upgraded && this.#requestEnded) this.#connection.end();
    this.#pass();
  }

  #end(): number {
    this.#endTold = true;
    this.#complete();
    return END;
  }

  #complete(): void {
    if (this.#over || !this.#endTold || !this.#requestEnded) return;
    const connection = this.#connection;
    if (this.#keep && connection.pending === 0 && connection.carried === 0 && !connection.broken) {
      this.#done('reuse');
    } else {
      connection.finish();
      this.#done('close');
    }
  }

  #break(cause: PipeCause): number {
    this.#cause ??= cause;
    this.#connection.reset();
    this.#done('close');
    return RESET;
  }

  #done(end: 'reuse' | 'close'): void {
    if (this.#over) return;
    this.#over = true;
    this.#connection.user = undefined;
    this.#events.done(end);
  }
}
