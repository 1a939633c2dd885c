import type { Pipe } from '../../contract/pipe.ts';
import { STREAM_CODE, type StreamCode, type StreamHead } from '../../contract/stream.ts';
import { ClientMessage } from '../../http/client-message.ts';
import { Connection } from '../../http/connection.ts';
import { Deadlines } from '../deadlines.ts';
import type { Connections, ExchangeHost, OriginConnection } from './exchange-host.ts';
import { isGrpc } from './grpc.ts';
import { hostFor } from './host-header.ts';
import { HttpExchange } from './http-exchange.ts';
import type { Http2Connections } from './http2/connections.ts';
import type { Exchange, Origin, OriginParts } from './origin.ts';

interface Resting {
  readonly connection: Connection;
  /** Whose it is; empty where connections are not introduced. */
  readonly visitor: string;
}

/**
 * Connections to one HTTP origin: each in use by one exchange, or at rest and kept for the next. A connection at rest on which
 * anything comes, a byte or an end, is dropped: what an origin says unasked is the answer to nobody's question. One that was introduced
 * as a visitor's serves nobody else.
 */
export class HttpPool implements Origin, ExchangeHost, Connections {
  readonly mayRefuse = false;
  readonly replayBytes: number;
  readonly clock: OriginParts['clock'];
  readonly meter: OriginParts['meter'];
  readonly #dial: (visitor: string) => Pipe;
  readonly #authority: string;
  readonly #parts: OriginParts;
  readonly #http2: Http2Connections | undefined;
  /** The longest at rest first. The latest is taken: the others are the ones an origin closes soon. */
  readonly #idle: Resting[] = [];
  readonly #idleEnds: Deadlines<Resting>;
  readonly #headsDue: Deadlines<HttpExchange>;
  #closed = false;

  /**
   * `dial` makes a connection, at once and still connecting; `authority` is what `--host-header rewrite` says. `http2`: where
   * requests go that nobody serves over HTTP/1.
   */
  constructor(dial: (visitor: string) => Pipe, authority: string, parts: OriginParts, http2?: Http2Connections) {
    const { clock, limits, meter } = parts;
    this.clock = clock;
    this.meter = meter;
    this.#dial = dial;
    this.#authority = authority;
    this.#parts = parts;
    this.#http2 = http2;
    this.replayBytes = limits.originReplayBytes;
    this.#idleEnds = new Deadlines(clock, limits.originKeepAliveMs, (resting) => this.#drop(resting));
    this.#headsDue = new Deadlines(clock, limits.originHeadMs, (exchange) => exchange.overdue(limits.originHeadMs));
  }

  /** Connections at rest. */
  get idle(): number {
    return this.#idle.length;
  }

  open({ request, visitor }: StreamHead): Pipe | StreamCode {
    if (request === undefined) return STREAM_CODE.refused;
    const authority = hostFor(this.#parts.hostHeader, request.authority, this.#authority);
    const connections = this.#http2 !== undefined && isGrpc(request) ? this.#http2 : this;
    return new HttpExchange(
      this,
      connections,
      { ...request, authority },
      this.#parts.introduce === undefined ? '' : visitor,
    );
  }

  close(): void {
    this.#closed = true;
    for (const resting of [...this.#idle]) this.#drop(resting);
    this.#idleEnds.retire();
    this.#headsDue.retire();
    this.#http2?.close();
  }

  // What exchanges ask.

  take(visitor: string): OriginConnection {
    for (let resting = this.#rouse(visitor); resting !== undefined; resting = this.#rouse(visitor)) {
      if (resting.connection.isQuiet()) return this.#lend(resting, true);
      resting.connection.finish();
    }
    return this.dial(visitor);
  }

  dial(visitor: string): OriginConnection {
    return this.#lend({ connection: new Connection(this.#dial(visitor), this.#parts.http), visitor }, false);
  }

  awaits(exchange: HttpExchange): void {
    this.#headsDue.add(exchange);
  }

  awaitsNoMore(exchange: HttpExchange): void {
    this.#headsDue.remove(exchange);
  }

  ended(exchange: Exchange): void {
    this.#parts.ended?.(exchange);
  }

  defer(run: () => void): void {
    this.#parts.http.later.defer(run);
  }

  /** The latest at rest that is this visitor's; it rests no more. */
  #rouse(visitor: string): Resting | undefined {
    const at = this.#idle.findLastIndex((resting) => resting.visitor === visitor);
    const [resting] = at < 0 ? [] : this.#idle.splice(at, 1);
    if (resting !== undefined) this.#idleEnds.remove(resting);
    return resting;
  }

  #lend(lent: Resting, used: boolean): OriginConnection {
    const { connection } = lent;
    const message = new ClientMessage(connection, {
      done: (end) => {
        if (end === 'reuse') this.#keep(lent);
      },
    });
    return {
      message,
      used,
      unseen: false,
      get broken() {
        return connection.broken;
      },
      get cause() {
        return connection.pipe.cause;
      },
      isQuiet: () => connection.pending === 0 || connection.isQuiet(),
    };
  }

  #keep(resting: Resting): void {
    const { connection } = resting;
    if (this.#closed || this.#idle.length >= this.#parts.limits.originIdlePipes) {
      connection.finish();
      return;
    }
    this.#idle.push(resting);
    this.#idleEnds.add(resting);
    connection.user = { hungry: true, ready: false, readable: () => this.#drop(resting), writable: () => {} };
    connection.want(true, false);
  }

  #drop(resting: Resting): void {
    const at = this.#idle.indexOf(resting);
    if (at < 0) return;
    this.#idle.splice(at, 1);
    this.#idleEnds.remove(resting);
    resting.connection.finish();
  }
}
