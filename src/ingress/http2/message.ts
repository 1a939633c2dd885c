import { type ErrorCode, STREAM_ERROR } from '../../contract/errors.ts';
import type { LimitName } from '../../contract/limits.ts';
import type { Fields, Head, RequestHead, ResponseHead } from '../../contract/message.ts';
import {
  type Arena,
  END,
  type PipeCause,
  type PipeOwner,
  RESET,
  TRAILERS,
  type WindowShare,
} from '../../contract/pipe.ts';
import { STREAM_CODE, type StreamCode } from '../../contract/stream.ts';
import { type ResponseFraming, responseText, trailersText } from '../../http/head-text.ts';
import type { Later } from '../../http/later.ts';
import { frameResponse, INTERIM } from '../../http/response-framing.ts';
import type { ExchangeEnd, ServerEvents } from '../../http/server-message.ts';
import { onlyValue } from '../fields.ts';
import type { Gate, Traffic } from '../gate.ts';
import { Debt, type VisitorMessage } from '../visitor-message.ts';
import type { StreamIo, StreamUser } from './stream-io.ts';
import { readTrailers } from './trailers.ts';
import { webSocketAccept } from './web-socket.ts';

/** What a message asks of its visit. */
export interface MessageHost {
  readonly gate: Gate;
  /** What the messages of one connection share. */
  readonly parts: { readonly later: Later; readonly share: WindowShare };
  /** The final head of the answer has been written. */
  began(): void;
}

/** A visitor's exchange over one stream of HTTP/2. Behaves to its owner as `ServerMessage` does over a connection of HTTP/1. */
export class Http2Message implements VisitorMessage, StreamUser {
  readonly carries = 'messages';
  owner: PipeOwner | undefined = undefined;
  head: RequestHead;
  readonly share: WindowShare;
  status = 0;
  passedLimit: LimitName | undefined;
  trailers: Fields | undefined;
  readonly #io: StreamIo;
  readonly #events: ServerEvents;
  readonly #host: MessageHost;
  readonly #gate: Gate;
  readonly #later: Later;
  readonly #traffic: Traffic;
  readonly #debt: Debt;
  #framing: ResponseFraming | undefined;
  /** Of a body with a declared length: bytes still owed. */
  #left = 0;
  #ownTrailers: Fields = [];
  /** `refused`: whoever owned it is out, and `answer` decides. */
  #life: 'live' | 'refused' | 'over' = 'live';
  /** The response has been written, though maybe not sent. */
  #answered = false;
  #endTold = false;
  #cause: PipeCause | undefined;
  #wantsRead = false;
  #wantsWrite = false;
  #telling = false;

  constructor(io: StreamIo, head: RequestHead, events: ServerEvents, host: MessageHost) {
    const { gate, parts } = host;
    this.#io = io;
    this.head = head;
    this.#events = events;
    this.#gate = gate;
    this.#host = host;
    this.#later = parts.later;
    this.share = parts.share;
    this.#traffic = gate.traffic;
    this.#debt = new Debt(gate.options.reactor.clock);
    io.user = this;
  }

  get cause(): PipeCause | undefined {
    return this.#cause;
  }

  get owing(): boolean {
    return this.#life === 'live' && !this.#endTold && this.head.body !== 'none' && !this.#isUpgrade;
  }

  get owedMs(): number {
    return this.owing ? this.#debt.ms : 0;
  }

  get responding(): boolean {
    return this.#framing !== undefined;
  }

  get more(): boolean {
    return this.#canRead;
  }

  /** A connection of HTTP/2 says by itself that it takes no more requests. */
  closeAfter(): void {}

  want(read: boolean, write: boolean): void {
    this.#wantsRead = read;
    this.#wantsWrite = write;
    this.#debt.want(read);
    this.#stir();
  }

  read(into: Arena, at: number, max: number): number {
    if (this.#endTold && this.#cause === undefined) return END;
    if (this.#life === 'refused' || this.#cause !== undefined) return RESET;
    if (this.#io.broken) return this.#break('reset');
    if (this.#awaitsUpgrade) return 0;
    const count = this.#io.read(into, at, max);
    if (count === END) return this.#readEnd();
    if (count > 0) {
      this.#debt.paid();
      this.#traffic.bytesIn += count;
    }
    return count;
  }

  writeHead(head: Head): number {
    if (this.#life !== 'live' || head.kind !== 'response') return RESET;
    return this.#begin(head) ? 1 : RESET;
  }

  write(from: Arena, at: number, length: number): number {
    if (this.#life !== 'live' || this.#framing === undefined || this.#answered) return RESET;
    if (length === 0) return 0;
    const { body } = this.#framing;
    if (body === 'none' || (body === 'length' && length > this.#left)) return RESET;
    const taken = this.#io.write(from, at, length, body === 'length' && length === this.#left);
    this.#left -= taken;
    this.#traffic.bytesOut += taken;
    return taken;
  }

  writeTrailers(fields: Fields): number {
    if (this.#life !== 'live' || this.#framing === undefined || this.#answered) return RESET;
    if (trailersText(fields, this.#gate.options.limits) === undefined) return RESET;
    this.#ownTrailers = lowered(fields);
    return 1;
  }

  end(): void {
    if (this.#life !== 'live' || this.#answered) return;
    if (this.#framing !== undefined && (this.#framing.body !== 'length' || this.#left === 0)) {
      this.#finish();
      return;
    }
    if (this.#framing === undefined) this.#refuse('TK-2006');
    else this.#abort();
    this.#later.defer(() => this.owner?.readable());
  }

  reset(code: StreamCode = STREAM_CODE.cancelled): void {
    this.owner = undefined;
    if (this.#life !== 'live') return;
    if (this.#io.broken) this.#break('reset');
    else if (this.#framing === undefined) this.#refuse(STREAM_ERROR[code]);
    // The response is whole: losing interest in the rest of the request must not take it from the visitor (P42).
    else if (this.#answered && this.#framing.body !== 'upgrade') this.#io.letGo();
    else this.#abort();
  }

  close(): void {
    this.owner = undefined;
    if (!(this.#answered && this.#endTold)) this.reset();
  }

  answer(head: ResponseHead, body: Buffer): boolean {
    if (this.#life === 'over' || this.#framing !== undefined) return false;
    this.#life = 'refused';
    if (!this.#begin({ ...head, body: 'length', length: body.length })) {
      this.#abort();
      return false;
    }
    if (this.#owesBody) this.#io.writeAll(body, true);
    this.#finish();
    this.#io.letGo();
    return true;
  }

  // The stream's side.

  readable(): void {
    if (this.#io.broken) this.#tellBreak();
    else this.#stir();
  }

  writable(): void {
    this.#stir();
  }

  closed(whole: boolean): void {
    if (this.#life === 'over') return;
    if (whole && this.#answered) this.#over('keep');
    else this.#tellBreak();
    if (!this.#endTold) this.owner?.readable();
  }

  get #isUpgrade(): boolean {
    return this.head.body === 'upgrade';
  }

  get #owesBody(): boolean {
    return this.#framing?.body === 'length' && this.#left > 0;
  }

  /** Bytes of the new protocol are nobody's before it was agreed on. */
  get #awaitsUpgrade(): boolean {
    return this.#isUpgrade && this.#framing === undefined;
  }

  get #canRead(): boolean {
    return this.#life === 'live' && !this.#endTold && !this.#awaitsUpgrade && this.#io.ready;
  }

  #stir(): void {
    if (this.#telling || !this.#isDue()) return;
    this.#telling = true;
    this.#later.defer(this.#tell);
  }

  #isDue(): boolean {
    if (this.#life !== 'live') return false;
    return (this.#wantsRead && this.#canRead) || (this.#wantsWrite && !this.#answered && this.#io.room > 0);
  }

  readonly #tell = (): void => {
    this.#telling = false;
    if (this.#wantsRead && this.#canRead) this.owner?.readable();
    if (this.#isDue() && this.#wantsWrite && this.#io.room > 0) this.owner?.writable();
    this.#stir();
  };

  #readEnd(): number {
    if (this.#io.rawTrailers !== undefined && this.trailers === undefined) {
      if (this.#io.lostTrailers) return this.#spoilt('TK-3004', undefined);
      const trailers = readTrailers(this.#io.rawTrailers, this.#gate.options.limits);
      if ('kind' in trailers) return this.#spoilt(trailers.code, trailers.limit);
      this.trailers = trailers;
      if (trailers.length > 0) return TRAILERS;
    }
    this.#endTold = true;
    return END;
  }

  #begin(head: ResponseHead): boolean {
    const { limits } = this.#gate.options;
    const framing = this.#framing === undefined ? this.#frame(head) : undefined;
    if (framing === undefined || responseText(head, framing, limits) === undefined) return false;
    const fields = lowered(head.fields);
    if (framing === INTERIM) return this.#io.inform(head.status, fields);
    // END_STREAM says of an empty body what HTTP/1 needs a length for.
    if (framing.length >= 0 && head.length >= 0) fields.push('content-length', String(framing.length));
    const upgraded = framing.body === 'upgrade';
    if (!this.#io.respond(upgraded ? 200 : head.status, fields, bodyOf(framing))) return false;
    this.#framing = framing;
    this.#left = framing.length;
    this.status = upgraded ? 200 : head.status;
    this.head = { ...this.head, fields: [] };
    this.#host.began();
    this.#stir();
    return true;
  }

  /** Undefined: no legal answer. A 200 to CONNECT would say that the protocol was agreed on, so only a 101 becomes one. */
  #frame(head: ResponseHead): ResponseFraming | undefined {
    const { status } = head;
    if (this.#isUpgrade) {
      if (status >= 200 && status < 300) return undefined;
      if (status === 101 && !this.#accepts(head.fields)) return undefined;
    }
    return frameResponse(head, { head: this.head, version: 11 }, true);
  }

  #accepts(fields: Fields): boolean {
    const key = onlyValue(this.head.fields, 'sec-websocket-key') ?? '';
    return onlyValue(fields, 'sec-websocket-accept') === webSocketAccept(key);
  }

  #finish(): void {
    this.#answered = true;
    this.#io.end(this.#ownTrailers);
  }

  #spoilt(code: ErrorCode, limit: LimitName | undefined): number {
    this.#cause = 'malformed';
    this.passedLimit = limit;
    if (this.#framing === undefined) this.#refuse(code);
    else this.#abort();
    return RESET;
  }

  #refuse(code: ErrorCode): void {
    this.#life = 'refused';
    this.#cause ??= 'local';
    this.#events.refused(code);
  }

  /** Once, whatever is wanted. */
  #tellBreak(): void {
    if (this.#life === 'over') return;
    this.#break('reset');
    this.owner?.readable();
  }

  #break(cause: PipeCause): number {
    this.#cause ??= cause;
    this.#over('aborted');
    return RESET;
  }

  #abort(): void {
    this.#cause ??= 'local';
    this.#io.abort();
    this.#over('aborted');
  }

  #over(end: ExchangeEnd): void {
    if (this.#life === 'over') return;
    this.#life = 'over';
    this.#events.done(end);
  }
}

function bodyOf({ body, length }: ResponseFraming): 'none' | 'plain' | 'trailers' {
  if (body === 'none' || (body === 'length' && length === 0)) return 'none';
  return body === 'length' || body === 'upgrade' ? 'plain' : 'trailers';
}

function lowered(fields: Fields): string[] {
  return fields.map((text, i) => (i % 2 === 0 ? text.toLowerCase() : text.trim()));
}
