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

/**
 * Connections to one HTTP origin: each in use by one exchange, or at rest and kept for the next. A connection at rest on which
 * anything comes, a byte or an end, is dropped: what an origin says unasked is the answer to nobody's question.
 */
export class HttpPool implements Origin, ExchangeHost, Connections {
  readonly mayRefuse = false;
  readonly replayBytes: number;
  readonly clock: OriginParts['clock'];
  readonly meter: OriginParts['meter'];
  readonly #dial: () => Pipe;
  readonly #authority: string;
  readonly #parts: OriginParts;
  readonly #http2: Http2Connections | undefined;
  /** The longest at rest first. The latest is taken: the others are the ones an origin closes soon. */
  readonly #idle: Connection[] = [];
  readonly #idleEnds: Deadlines<Connection>;
  readonly #headsDue: Deadlines<HttpExchange>;
  #closed = false;

  /**
   * `dial` makes a connection, at once and still connecting; `authority` is what `--host-header rewrite` says. `http2`: where
   * requests go that nobody serves over HTTP/1.
   */
  constructor(dial: () => Pipe, authority: string, parts: OriginParts, http2?: Http2Connections) {
    const { clock, limits, meter } = parts;
    this.clock = clock;
    this.meter = meter;
    this.#dial = dial;
    this.#authority = authority;
    this.#parts = parts;
    this.#http2 = http2;
    this.replayBytes = limits.originReplayBytes;
    this.#idleEnds = new Deadlines(clock, limits.originKeepAliveMs, (connection) => this.#drop(connection));
    this.#headsDue = new Deadlines(clock, limits.originHeadMs, (exchange) => exchange.overdue(limits.originHeadMs));
  }

  /** Connections at rest. */
  get idle(): number {
    return this.#idle.length;
  }

  open({ request }: StreamHead): Pipe | StreamCode {
    if (request === undefined) return STREAM_CODE.refused;
    const authority = hostFor(this.#parts.hostHeader, request.authority, this.#authority);
    const connections = this.#http2 !== undefined && isGrpc(request) ? this.#http2 : this;
    return new HttpExchange(this, connections, { ...request, authority });
  }

  close(): void {
    this.#closed = true;
    for (const connection of [...this.#idle]) this.#drop(connection);
    this.#idleEnds.retire();
    this.#headsDue.retire();
    this.#http2?.close();
  }

  // What exchanges ask.

  take(): OriginConnection {
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      this.#idleEnds.remove(connection);
      if (connection.isQuiet()) return this.#lend(connection, true);
      connection.finish();
    }
    return this.dial();
  }

  dial(): OriginConnection {
    return this.#lend(new Connection(this.#dial(), this.#parts.http), false);
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

  #lend(connection: Connection, used: boolean): OriginConnection {
    const message = new ClientMessage(connection, {
      done: (end) => {
        if (end === 'reuse') this.#keep(connection);
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

  #keep(connection: Connection): void {
    if (this.#closed || this.#idle.length >= this.#parts.limits.originIdlePipes) {
      connection.finish();
      return;
    }
    this.#idle.push(connection);
    this.#idleEnds.add(connection);
    connection.user = { hungry: true, ready: false, readable: () => this.#drop(connection), writable: () => {} };
    connection.want(true, false);
  }

  #drop(connection: Connection): void {
    const at = this.#idle.indexOf(connection);
    if (at < 0) return;
    this.#idle.splice(at, 1);
    this.#idleEnds.remove(connection);
    connection.finish();
  }
}
