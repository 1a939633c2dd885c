import type { ClientHttp2Session, ClientHttp2Stream, SecureClientSessionOptions } from 'node:http2';
import type { Limits } from '../../../contract/limits.ts';
import type { Pipe, PipeCause } from '../../../contract/pipe.ts';
import { END_STREAM, FRAME, FrameScanner } from '../../../http/frame-scanner.ts';
import type { Later } from '../../../http/later.ts';
import { PipeDuplex } from '../../../pipe/duplex.ts';
import type { OriginConnection } from '../exchange-host.ts';
import type { OriginParts } from '../origin.ts';
import { Http2ClientMessage } from './message.ts';

/** One HTTP/2 connection to an origin: `node:http2` over its pipe, and the messages under way on it. */

export interface SessionEvents {
  /** Nothing is under way. */
  idle(): void;
  /** It takes no further requests. */
  over(): void;
}

export class OriginSession {
  readonly limits: Limits;
  readonly later: Later;
  readonly scheme: 'http' | 'https';
  /** The origin was reached. */
  connected = false;
  readonly #pipe: Pipe;
  readonly #events: SessionEvents;
  readonly #session: ClientHttp2Session;
  readonly #messages = new Set<Http2ClientMessage>();
  /** Streams whose answer the origin has said to its end: a reset looks like one (see ingress). */
  readonly #ended = new Set<number>();

  /** `pipe` may still be connecting. */
  constructor(pipe: Pipe, scheme: 'http' | 'https', { limits, http }: OriginParts, events: SessionEvents) {
    this.limits = limits;
    this.later = http.later;
    this.scheme = scheme;
    this.#pipe = pipe;
    this.#events = events;
    const scanner = new FrameScanner(
      { frame: (type, flags, stream) => this.#sees(type, flags, stream), block: () => {}, blockEnds: () => {} },
      0,
    );
    const duplex = new PipeDuplex(pipe, {
      watch: {
        came: (bytes, at, length) => {
          scanner.see(bytes, at, length);
          return true;
        },
        went: () => this.#connect(),
      },
    });
    duplex.on('error', () => {});
    // Loaded when the first such request comes: most agents never need it.
    const { connect } = process.getBuiltinModule('node:http2');
    const options: SecureClientSessionOptions & { strictSingleValueFields: boolean } = {
      createConnection: () => duplex,
      settings: {
        enablePush: false,
        initialWindowSize: limits.streamWindowBytes,
        maxHeaderListSize: limits.responseHeadBytes,
      },
      maxHeaderListPairs: limits.wireFieldCount,
      // Fields that may stand once only are the business of whoever reads them.
      strictSingleValueFields: false,
    };
    this.#session = connect(`${scheme}://origin`, options);
    // What goes wrong is said by each stream's end and by `close`.
    this.#session.on('error', () => {});
    this.#session.on('goaway', () => events.over());
    this.#session.once('close', () => events.over());
  }

  /** It takes another request. */
  get free(): boolean {
    const { closed, destroyed } = this.#session;
    if (closed || destroyed || this.cause !== undefined) return false;
    const most = Math.min(
      this.limits.h2Streams,
      this.#session.remoteSettings.maxConcurrentStreams ?? Number.POSITIVE_INFINITY,
    );
    return this.#messages.size < most;
  }

  get cause(): PipeCause | undefined {
    return this.#pipe.cause;
  }

  lend(first: readonly Buffer[]): OriginConnection {
    const message = new Http2ClientMessage(this, first);
    this.#messages.add(message);
    const session = this;
    return {
      message,
      used: false,
      isQuiet: () => true,
      get unseen() {
        return message.unseen;
      },
      get broken() {
        return message.deaf;
      },
      get cause() {
        return session.cause;
      },
    };
  }

  /** Ends when what is under way has ended. */
  close(): void {
    this.#events.over();
    this.#session.close();
  }

  // What messages ask.

  request(
    head: readonly string[],
    options: { readonly endStream: boolean; readonly waitForTrailers: boolean },
  ): ClientHttp2Stream {
    return this.#session.request(head, options);
  }

  hasEnded(stream: number): boolean {
    return this.#ended.has(stream);
  }

  left(message: Http2ClientMessage, stream: number | undefined): void {
    if (stream !== undefined) this.#ended.delete(stream);
    if (this.#messages.delete(message) && this.#messages.size === 0 && this.free) this.#events.idle();
  }

  #sees(type: number, flags: number, stream: number): void {
    if ((type === FRAME.data || type === FRAME.headers) && (flags & END_STREAM) !== 0) this.#ended.add(stream);
  }

  #connect(): void {
    if (this.connected) return;
    this.connected = true;
    for (const message of this.#messages) message.stir();
  }
}
