import type { ErrorCode } from '../../contract/errors.ts';
import type { Destination } from '../../contract/exposure.ts';
import type { LimitName } from '../../contract/limits.ts';
import type { RequestHead } from '../../contract/message.ts';
import { END, type Pipe, RESET } from '../../contract/pipe.ts';
import type { Arrival } from '../../contract/reactor.ts';
import { Connection, type ConnectionUser, type HttpServices } from '../../http/connection.ts';
import type { ParsedRequest, Refusal } from '../../http/request-head.ts';
import type { ExchangeEnd, ServerEvents } from '../../http/server-message.ts';
import { addressOf } from '../address.ts';
import { Deadline } from '../deadline.ts';
import { Exchange, type ExchangeHost } from '../exchange.ts';
import type { Gate, Resident } from '../gate.ts';
import { NO_REQUEST } from '../no-request.ts';
import { UnreadPipe } from '../pipe-through.ts';
import { FirstBytesParser, type Stranger } from './first-bytes.ts';
import { Http1Message } from './message.ts';

/**
 * A visitor's HTTP/1 connection: heads one after the other, one exchange at a time, and the time each may take.
 * Knows nothing of where requests go.
 */

/** How often a connection that is closing is looked at: it tells nobody when the last byte has left. */
const WRITTEN_LOOK_MS = 500;

/** What a head that could not be read is answered as. */
const UNREADABLE: ParsedRequest = {
  kind: 'request',
  head: { ...NO_REQUEST, method: 'GET' },
  bytes: 0,
  version: 11,
  keepAlive: false,
  expectContinue: false,
};

export class VisitorConnection implements ConnectionUser, ExchangeHost, Resident {
  readonly version = '1.1';
  readonly gate: Gate;
  readonly pipe: Pipe;
  readonly remote: Arrival['remote'];
  readonly introducer: Arrival['introducer'];
  readonly fixed: (() => Destination) | undefined;
  readonly connection: Connection;
  /** While no exchange runs the next head is waited for, and nothing can be read that the connection does not give. */
  readonly hungry = true;
  readonly ready = false;
  readonly #arrival: Arrival;
  readonly #http2: (pipe: Pipe) => void;
  readonly #parser: FirstBytesParser;
  readonly #deadline: Deadline;
  #exchange: Exchange | undefined;
  #restsSince = 0;
  /** It has not asked for anything yet. */
  #fresh = true;
  /** What the exchange answers. */
  #request: ParsedRequest = UNREADABLE;
  /** The last answer is on its way to a visitor that reads slowly. */
  #closing = false;
  #over = false;

  /**
   * `fixed`: the exposure of this port; undefined where the host decides.
   * `http2`: who takes the pipe over, and this connection's place at the gate, when the visitor speaks HTTP/2 unasked.
   */
  constructor(
    gate: Gate,
    arrival: Arrival,
    services: HttpServices,
    fixed: (() => Destination) | undefined,
    http2: (pipe: Pipe) => void,
  ) {
    const { limits, reactor } = gate.options;
    const { pipe, remote, introducer } = arrival;
    this.gate = gate;
    this.pipe = pipe;
    this.remote = remote;
    this.introducer = introducer;
    this.fixed = fixed;
    this.#arrival = arrival;
    this.#http2 = http2;
    this.#parser = new FirstBytesParser(limits, pipe.secure === undefined ? 'http' : 'https');
    this.connection = new Connection(pipe, services);
    this.#deadline = new Deadline(reactor.clock, () => this.#guard(() => this.#late()));
  }

  start(): void {
    this.#rest(this.gate.options.limits.headTimeoutMs);
  }

  readable(): void {
    this.#guard(() => this.#readHead());
  }

  writable(): void {}

  drain(): void {
    if (this.#exchange !== undefined) this.#exchange.closeAfter();
    // A head that has begun is a request under way, and the first one of a new connection may be.
    else if (this.#closing || this.#parser.begun) return;
    else if (this.#fresh) this.#deadline.set(this.gate.options.limits.drainHeadMs);
    else this.#close();
  }

  cut(): void {
    if (this.#exchange !== undefined) this.#exchange.cut();
    else this.#abort();
  }

  get idleSince(): number | undefined {
    const rests = this.#exchange === undefined && !this.#fresh && !this.#closing && !this.#parser.begun;
    return rests ? this.#restsSince : undefined;
  }

  // What an exchange asks.

  message(events: ServerEvents): Http1Message {
    return new Http1Message(this.connection, this.#request, events, this.gate);
  }

  ended(end: ExchangeEnd): void {
    if (this.#over) return;
    this.#exchange = undefined;
    if (end === 'keep') this.later(this.#next);
    else if (end === 'close') this.#leaveWhenWritten();
    else this.#leave();
  }

  later(work: () => void): void {
    this.connection.services.later.defer(() => {
      if (!this.#over) this.#guard(work);
    });
  }

  lookIn(ms: number): void {
    this.#deadline.set(ms);
  }

  handOver(head: RequestHead, visitorIp: string): void {
    const port = visitorIp === this.remote.host ? this.remote.port : 0;
    const initial = this.connection.release();
    this.#leave();
    this.gate.options.onLinkUpgrade({ pipe: this.pipe, head, initial, address: addressOf({ host: visitorIp, port }) });
  }

  /** Waits for a head: from its first byte on it has `headTimeoutMs`. */
  #rest(withinMs: number): void {
    this.connection.user = this;
    this.connection.want(true, false);
    this.#deadline.set(withinMs);
  }

  readonly #next = (): void => {
    if (this.gate.draining && this.connection.carried === 0) this.#close();
    else {
      this.#restsSince = this.gate.options.reactor.clock.now();
      this.#rest(this.gate.options.limits.visitorKeepAliveMs);
    }
  };

  #readHead(): void {
    const begun = this.#parser.begun;
    const got = this.connection.readHead(this.#parser);
    if (typeof got === 'object') this.#take(got);
    else if (got === RESET) this.#abort();
    else if (got === END) this.#close();
    else if (!begun && this.#parser.begun) this.#deadline.set(this.gate.options.limits.headTimeoutMs);
  }

  #take(got: ParsedRequest | Refusal | Stranger): void {
    this.#deadline.clear();
    if (got.kind === 'request') this.#exchanging(got).start();
    else if (got.kind === 'refused') this.#refuse(got.code, got.limit);
    else if (got.kind === 'http2') this.#letHttp2In();
    else if (got.kind === 'agent' && this.gate.options.insecure && this.fixed === undefined) this.#letAgentIn();
    else this.#abort();
  }

  /** A head that was not served. */
  #refuse(code: ErrorCode, limit: LimitName | undefined): void {
    if (limit !== undefined) this.gate.options.events.bound(limit);
    this.#exchanging(UNREADABLE).answer(code);
  }

  #exchanging(request: ParsedRequest): Exchange {
    this.#request = request;
    this.#fresh = false;
    this.#exchange = new Exchange(this, request.head);
    return this.#exchange;
  }

  #letAgentIn(): void {
    const pipe = new UnreadPipe(this.pipe, this.connection.release());
    this.#leave();
    this.gate.options.onAgent({ ...this.#arrival, pipe });
  }

  #letHttp2In(): void {
    const pipe = new UnreadPipe(this.pipe, this.connection.release());
    this.#over = true;
    this.#deadline.end();
    this.#http2(pipe);
  }

  #late(): void {
    if (this.#closing) this.#leaveWhenWritten();
    else if (this.#exchange !== undefined) this.#exchange.lookAtDebt();
    else if (this.#parser.begun) this.#refuse('TK-3007', 'headTimeoutMs');
    else this.#close();
  }

  #close(): void {
    this.connection.finish();
    this.#leave();
  }

  /** The connection closes by itself; until then it is one of those that a drain waits for. */
  #leaveWhenWritten(): void {
    this.#closing = this.connection.pending > 0 && !this.connection.broken;
    if (this.#closing) this.#deadline.set(WRITTEN_LOOK_MS);
    else this.#leave();
  }

  #abort(): void {
    this.connection.reset();
    this.#leave();
  }

  #leave(): void {
    if (this.#over) return;
    this.#over = true;
    this.#deadline.end();
    this.gate.leave(this);
  }

  #guard(work: () => void): void {
    this.gate.guard(work, () => this.#abort());
  }
}
