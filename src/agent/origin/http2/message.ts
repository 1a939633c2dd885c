import type { ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { Fields, Head, RequestHead, ResponseHead } from '../../../contract/message.ts';
import { type Arena, END, HEAD, type PipeCause, type PipeOwner, RESET, TRAILERS } from '../../../contract/pipe.ts';
import { requestText, trailersText } from '../../../http/head-text.ts';
import type { OriginMessage } from '../exchange-host.ts';
import { readResponse, readTrailers, requestFields } from './heads.ts';
import type { OriginSession } from './session.ts';

// RFC 9113 §7.
const NO_ERROR = 0;
const PROTOCOL_ERROR = 1;
const REFUSED_STREAM = 7;
const CANCEL = 8;

/** One exchange with an origin over a stream of HTTP/2. Behaves to its owner as `ClientMessage` does over a connection of HTTP/1. */
export class Http2ClientMessage implements OriginMessage {
  readonly carries = 'messages';
  owner: PipeOwner | undefined = undefined;
  head: Head | undefined;
  trailers: Fields | undefined;
  cause: PipeCause | undefined;
  readonly #session: OriginSession;
  /** Body bytes that follow the head at once. */
  readonly #first: readonly Buffer[];
  #stream: ClientHttp2Stream | undefined;
  #asked: RequestHead | undefined;
  /** Heads that have come and were not read yet. */
  readonly #heads: ResponseHead[] = [];
  #interims = 0;
  #final = false;
  #rawTrailers: readonly string[] | undefined;
  #ownTrailers: Record<string, string> = {};
  #requestEnded = false;
  /** The answer was read to its end, and had one. */
  #whole = false;
  #malformed = false;
  #endTold = false;
  #breakTold = false;
  #wantsRead = false;
  #wantsWrite = false;
  #telling = false;

  constructor(session: OriginSession, first: readonly Buffer[]) {
    this.#session = session;
    this.#first = first;
  }

  get responded(): boolean {
    return this.head !== undefined;
  }

  get more(): boolean {
    return this.#canRead;
  }

  /** The origin said that it did not look at the request. */
  get unseen(): boolean {
    const stream = this.#stream;
    if (stream === undefined || this.responded) return false;
    return (
      stream.rstCode === REFUSED_STREAM || (stream.id === undefined && stream.destroyed && this.#session.connected)
    );
  }

  /** The origin takes no more of the request. */
  get deaf(): boolean {
    const stream = this.#stream;
    return stream === undefined ? this.cause !== undefined : stream.closed || stream.destroyed;
  }

  want(read: boolean, write: boolean): void {
    this.#wantsRead = read;
    this.#wantsWrite = write;
    this.stir();
  }

  writeHead(head: Head): number {
    if (head.kind !== 'request' || this.#stream !== undefined || this.cause !== undefined) return RESET;
    if (head.body === 'upgrade' || requestText(head, this.#session.limits) === undefined) return RESET;
    const hasBody = head.body !== 'none';
    this.#asked = head;
    // An aborted stream is ended by Node. Since it waits for trailers then, no END_STREAM leaves.
    const options = { endStream: !hasBody, waitForTrailers: hasBody };
    this.#stream = this.#session.request(requestFields(head, this.#session.scheme), options);
    this.#listen(this.#stream);
    for (const bytes of this.#first) this.#stream.write(bytes);
    return 1;
  }

  write(from: Arena, at: number, length: number): number {
    if (this.#stream === undefined || this.#requestEnded || this.#asked?.body === 'none') return RESET;
    const taken = Math.min(length, this.#room);
    if (taken > 0) this.#stream.write(Buffer.from(from.bytes.subarray(at, at + taken)), this.#written);
    return taken;
  }

  writeTrailers(fields: Fields): number {
    if (this.#stream === undefined || this.#requestEnded) return RESET;
    if (trailersText(fields, this.#session.limits) === undefined) return RESET;
    for (let i = 0; i < fields.length; i += 2)
      this.#ownTrailers[(fields[i] as string).toLowerCase()] = fields[i + 1] as string;
    return 1;
  }

  end(): void {
    if (this.#stream === undefined || this.#requestEnded) return;
    this.#requestEnded = true;
    if (this.#asked?.body !== 'none') this.#stream.end();
  }

  read(into: Arena, at: number, max: number): number {
    if (this.#endTold) return END;
    if (this.cause !== undefined) return RESET;
    const head = this.#heads.shift();
    if (head !== undefined) {
      this.head = head;
      return HEAD;
    }
    if (this.#malformed) return this.#break('malformed');
    const stream = this.#stream;
    const length = this.#final && stream !== undefined ? Math.min(max, stream.readableLength) : 0;
    if (length > 0 && stream !== undefined) {
      const chunk: Buffer | null = stream.read(length);
      this.#askForMore();
      return chunk?.copy(into.bytes, at) ?? 0;
    }
    if (this.#whole && this.#final) return this.#readEnd();
    return this.#isBroken ? this.#break(this.#causeOfBreak) : 0;
  }

  reset(): void {
    this.owner = undefined;
    if (this.#endTold && this.#requestEnded) return;
    this.cause ??= 'local';
    if (this.#stream === undefined) this.#session.left(this, undefined);
    else if (!this.#stream.closed) this.#stream.close(this.#endTold ? NO_ERROR : CANCEL);
  }

  close(): void {
    this.owner = undefined;
    if (!(this.#endTold && this.#requestEnded)) this.reset();
  }

  /** Something that was waited for may be there. */
  stir(): void {
    if (this.#telling || !this.#isDue) return;
    this.#telling = true;
    this.#session.later.defer(this.#tell);
  }

  readonly #tell = (): void => {
    this.#telling = false;
    if (this.#isBroken && !this.#canRead && !this.#breakTold) {
      this.#breakTold = true;
      this.owner?.readable();
    } else if (this.#wantsRead && this.#canRead) {
      this.owner?.readable();
    }
    if (this.#canWrite) this.owner?.writable();
    this.stir();
  };

  readonly #written = (): void => this.stir();

  get #room(): number {
    return Math.max(0, this.#session.limits.h2UnsentBytes - (this.#stream?.writableLength ?? 0));
  }

  get #isDue(): boolean {
    if (this.owner === undefined) return false;
    return (this.#wantsRead && this.#canRead) || this.#canWrite || (this.#isBroken && !this.#breakTold);
  }

  get #canRead(): boolean {
    if (this.cause !== undefined || this.#endTold) return false;
    return (
      this.#heads.length > 0 ||
      this.#malformed ||
      (this.#final && (this.#whole || (this.#stream?.readableLength ?? 0) > 0))
    );
  }

  get #canWrite(): boolean {
    return this.#wantsWrite && this.#session.connected && !this.#requestEnded && !this.deaf && this.#room > 0;
  }

  get #isBroken(): boolean {
    const stream = this.#stream;
    if (stream === undefined || this.#whole || this.cause !== undefined) return false;
    return stream.destroyed || (stream.closed && !this.#session.hasEnded(stream.id as number));
  }

  get #causeOfBreak(): PipeCause {
    return this.#session.cause ?? (this.#stream?.rstCode === PROTOCOL_ERROR ? 'malformed' : 'reset');
  }

  #listen(stream: ClientHttp2Stream): void {
    const stir = () => this.stir();
    stream.on('headers', (_headers: IncomingHttpHeaders, _flags: number, raw?: readonly string[]) =>
      this.#take(raw, false),
    );
    stream.on('response', (_headers, flags, raw) => this.#take(raw as readonly string[], true, flags));
    stream.on('trailers', (_headers: IncomingHttpHeaders, _flags: number, raw?: readonly string[]) => {
      this.#rawTrailers = raw ?? [];
    });
    stream.on('readable', () => {
      this.#askForMore();
      stir();
    });
    stream.on('end', () => {
      this.#whole = this.#session.hasEnded(stream.id as number);
      stir();
    });
    stream.on('aborted', stir);
    stream.on('error', () => {});
    stream.on('wantTrailers', () => !stream.closed && stream.sendTrailers(this.#ownTrailers));
    stream.once('close', () => {
      stir();
      this.#session.left(this, stream.id);
    });
  }

  #take(raw: readonly string[] = [], final: boolean, flags = 0): void {
    const head = readResponse(raw, this.#asked as RequestHead, flags);
    if (head === undefined) {
      this.#malformed = true;
    } else {
      this.#heads.push(head);
      this.#final ||= final;
      this.#interims += final ? 0 : 1;
      if (this.#interims > this.#session.limits.interimResponses) this.#malformed = true;
    }
    this.stir();
  }

  /** Node says that a stream has ended only to who reads when there is nothing. */
  #askForMore(): void {
    if (this.#stream?.readableLength === 0) this.#stream.read();
  }

  #readEnd(): number {
    if (this.#rawTrailers !== undefined && this.trailers === undefined) {
      this.trailers = readTrailers(this.#rawTrailers);
      if (this.trailers.length > 0) return TRAILERS;
    }
    this.#endTold = true;
    return END;
  }

  #break(cause: PipeCause): number {
    this.cause = cause;
    if (this.#stream !== undefined && !this.#stream.closed) this.#stream.close(CANCEL);
    return RESET;
  }
}
