import type { Fields, Head, MessagePipe, RequestHead, ResponseHead } from '../../contract/message.ts';
import { type Arena, END, HEAD, type PipeCause, type PipeOwner, RESET } from '../../contract/pipe.ts';
import type { StreamCode } from '../../contract/stream.ts';
import type { Connections, ExchangeHost, OriginConnection } from './exchange-host.ts';

/** Methods that may be sent twice without harm (RFC 9110 §9.2.2), and that come without a body. */
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * One request and its answer, as the session's stream sees it: a message pipe that outlives the connection it began on. When a
 * kept connection turns out dead before any byte of the answer, a repeatable request goes out once more on a new one; and any
 * request whose beginning is still here does, when the origin says that it did not look at it.
 *
 * What the session writes is taken also when the origin has stopped reading: an origin may answer and close without reading the
 * rest, and its answer must still arrive whole. A break shows in reading only.
 */
export class HttpExchange implements MessagePipe, PipeOwner {
  readonly carries = 'messages';
  owner: PipeOwner | undefined = undefined;
  readonly #host: ExchangeHost;
  readonly #connections: Connections;
  readonly #request: RequestHead;
  readonly #visitor: string;
  readonly #startedAt: number;
  /** Undefined when the exchange is over. */
  #connection: OriginConnection | undefined;
  #cause: PipeCause | undefined;
  #wantsRead = false;
  #wantsWrite = false;
  /** The request has been written whole. */
  #ended = false;
  /** The answer has been read whole. */
  #whole = false;
  #sentBody = false;
  /** The body so far, while it may have to be sent again. */
  #kept: Buffer[] | undefined;
  #keptBytes = 0;
  /** The connection has taken something, or would have. */
  #reached = false;
  /** On a kept connection, until the turn is over: its end may be on its way here. */
  #unsure = false;
  #status: number | undefined;
  #bytes = 0;
  #wroteAt: number;

  constructor(host: ExchangeHost, connections: Connections, request: RequestHead, visitor: string) {
    this.#host = host;
    this.#connections = connections;
    this.#kept = connections.mayRefuse ? [] : undefined;
    this.#request = request;
    this.#visitor = visitor;
    this.#startedAt = host.clock.now();
    this.#wroteAt = this.#startedAt;
    host.meter.visits += 1;
    host.meter.open += 1;
    host.awaits(this);
    this.#begin(connections.take(visitor));
  }

  get head(): Head | undefined {
    return this.#connection?.message.head;
  }

  get trailers(): Fields | undefined {
    return this.#connection?.message.trailers;
  }

  get more(): boolean {
    return !this.#unsure && (this.#connection?.message.more ?? false);
  }

  /**
   * A break of the connection is one of the exchange only when reading shows that nothing can be done about it; but an origin that
   * could not be reached is known at once, so that nobody takes the readiness to say so for a connection.
   */
  get cause(): PipeCause | undefined {
    if (this.#cause !== undefined || this.#reached) return this.#cause;
    return this.#connection?.used === false ? this.#connection.cause : undefined;
  }

  read(into: Arena, at: number, max: number): number {
    const message = this.#connection?.message;
    if (message === undefined) return RESET;
    if (this.#whole) return END;
    if (this.#unsure) return 0;
    const count = message.read(into, at, max);
    if (count > 0) {
      this.#bytes += count;
      this.#host.meter.bytesOut += count;
    } else if (count === HEAD) {
      this.#sawHead(message.head as ResponseHead);
    } else if (count === END) {
      this.#whole = true;
      this.#tellEnd();
    } else if (count === RESET) {
      if (!this.#repeat()) this.#fail(message.cause ?? 'reset');
      return this.#cause === undefined ? 0 : RESET;
    }
    return count;
  }

  write(from: Arena, at: number, length: number): number {
    const message = this.#connection?.message;
    if (message === undefined) return RESET;
    const taken = this.#isDeaf ? length : message.write(from, at, length);
    if (taken > 0) {
      this.#sentBody = true;
      this.#keep(from, at, taken);
      this.#host.meter.bytesIn += taken;
      this.#wroteAt = this.#host.clock.now();
    }
    if (taken !== RESET) return taken;
    if (this.#isDeaf) return length;
    // More than the head declared.
    this.#fail('malformed');
    return RESET;
  }

  /** The request's head is known from the start; a second one is not legal. */
  writeHead(): number {
    return RESET;
  }

  writeTrailers(fields: Fields): number {
    const message = this.#connection?.message;
    if (message === undefined) return RESET;
    return this.#isDeaf ? 1 : message.writeTrailers(fields);
  }

  end(): void {
    this.#ended = true;
    if (!this.#isDeaf && !this.#unsure) this.#connection?.message.end();
  }

  reset(code?: StreamCode): void {
    this.#connection?.message.reset(code);
    this.#leave('local');
  }

  close(): void {
    this.#connection?.message.close();
    this.#leave('local');
  }

  want(read: boolean, write: boolean): void {
    this.#wantsRead = read;
    this.#wantsWrite = write;
    if (!this.#unsure) this.#connection?.message.want(read, write);
  }

  // The connection's side.

  readable(): void {
    const broken = this.#connection?.message.cause;
    if (this.#whole && broken !== undefined) this.#leave(broken);
    this.owner?.readable();
  }

  writable(): void {
    this.#reached = true;
    this.owner?.writable();
  }

  /** The head of the answer is overdue, unless the request was still being sent meanwhile. */
  overdue(afterMs: number): void {
    if (this.#host.clock.now() - this.#wroteAt < afterMs) {
      this.#host.awaits(this);
      return;
    }
    this.#fail('timeout');
    this.owner?.readable();
  }

  /** The origin takes no more of the request. */
  get #isDeaf(): boolean {
    return this.#connection?.broken ?? true;
  }

  #begin(connection: OriginConnection): void {
    const { message } = connection;
    this.#connection = connection;
    message.owner = this;
    this.#unsure = connection.used;
    // Asked for before the head is, so that it comes before the head leaves.
    if (connection.used) this.#host.defer(() => this.#lookAgain(connection));
    if (message.writeHead(this.#request) === RESET) {
      // A connection that could not even be tried, or a byte in the head that no gateway of ours would send.
      this.#fail(connection.cause ?? 'malformed');
      this.#host.defer(() => this.owner?.readable());
      return;
    }
    if (!this.#unsure) this.#passOn(connection);
  }

  /** The connection hears what the session asked for so far. */
  #passOn({ message }: OriginConnection): void {
    if (this.#ended) message.end();
    message.want(this.#wantsRead, this.#wantsWrite);
  }

  /**
   * Just before the head leaves on a kept connection, once everything that had arrived in this turn is known: what is there now
   * was said before the question (X7). The request goes elsewhere, or ends if a part of its body is in the connection's hands.
   */
  #lookAgain(connection: OriginConnection): void {
    if (this.#connection !== connection) return;
    this.#unsure = false;
    if (!connection.broken && connection.isQuiet()) {
      this.#passOn(connection);
    } else if (this.#sentBody) {
      this.#fail(connection.cause ?? 'malformed');
      this.owner?.readable();
    } else {
      connection.message.reset();
      this.#begin(this.#connections.dial(this.#visitor));
    }
  }

  /** True if the request is on its way again. */
  #repeat(): boolean {
    const { used, message, unseen } = this.#connection as OriginConnection;
    const { method, body } = this.#request;
    if (unseen && this.#kept !== undefined) {
      const kept = this.#kept;
      this.#kept = undefined;
      this.#begin(this.#connections.take(this.#visitor, kept));
      return true;
    }
    if (!used || message.responded || message.cause === 'malformed' || body !== 'none' || !REPEATABLE.has(method))
      return false;
    this.#begin(this.#connections.dial(this.#visitor));
    return true;
  }

  #keep(from: Arena, at: number, length: number): void {
    if (this.#kept === undefined) return;
    this.#keptBytes += length;
    if (this.#keptBytes > this.#host.replayBytes) this.#kept = undefined;
    else this.#kept.push(Buffer.from(from.bytes.subarray(at, at + length)));
  }

  #sawHead({ status }: ResponseHead): void {
    this.#kept = undefined;
    if (status < 200 && status !== 101) return;
    this.#status = status;
    this.#host.awaitsNoMore(this);
  }

  #fail(cause: PipeCause): void {
    this.#connection?.message.reset();
    this.#leave(cause);
  }

  #leave(cause: PipeCause): void {
    if (this.#connection === undefined) return;
    this.#connection = undefined;
    this.#cause = cause;
    this.#host.awaitsNoMore(this);
    if (!this.#whole) this.#tellEnd();
  }

  #tellEnd(): void {
    this.#host.meter.open -= 1;
    const { method, path } = this.#request;
    const ms = this.#host.clock.now() - this.#startedAt;
    this.#host.ended({ method, path, status: this.#status, ms, bytes: this.#bytes, cause: this.#cause });
  }
}
