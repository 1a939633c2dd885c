import type { Destination } from '../../contract/exposure.ts';
import type { RequestHead } from '../../contract/message.ts';
import type { Pipe, WindowShare } from '../../contract/pipe.ts';
import type { Arrival } from '../../contract/reactor.ts';
import type { Later } from '../../http/later.ts';
import type { ServerEvents } from '../../http/server-message.ts';
import { Deadline } from '../deadline.ts';
import { Exchange, type ExchangeHost } from '../exchange.ts';
import type { Gate } from '../gate.ts';
import { Http2Message, type MessageHost } from './message.ts';
import type { StreamIo } from './stream-io.ts';

/** What the visits of one connection share. */
export interface VisitParts {
  readonly gate: Gate;
  readonly pipe: Pipe;
  readonly remote: Arrival['remote'];
  readonly introducer: Arrival['introducer'];
  readonly fixed: (() => Destination) | undefined;
  readonly later: Later;
  readonly share: WindowShare;
  /** A defect in it ends the connection. */
  run(work: () => void): void;
  left(visit: Http2Visit): void;
}

/** One request over one stream: the exchange's side of a connection that carries many. */
export class Http2Visit implements ExchangeHost, MessageHost {
  readonly version = '2';
  readonly gate: Gate;
  readonly pipe: Pipe;
  readonly remote: Arrival['remote'];
  readonly introducer: Arrival['introducer'];
  readonly fixed: (() => Destination) | undefined;
  readonly exchange: Exchange;
  readonly parts: VisitParts;
  readonly #io: StreamIo;
  #deadline: Deadline | undefined;
  #over = false;

  constructor(parts: VisitParts, io: StreamIo, head: RequestHead) {
    this.gate = parts.gate;
    this.pipe = parts.pipe;
    this.remote = parts.remote;
    this.introducer = parts.introducer;
    this.fixed = parts.fixed;
    this.parts = parts;
    this.#io = io;
    this.exchange = new Exchange(this, head);
  }

  message(events: ServerEvents, head: RequestHead): Http2Message {
    return new Http2Message(this.#io, head, events, this);
  }

  began(): void {
    this.exchange.forgetFields();
  }

  ended(): void {
    if (this.#over) return;
    this.#over = true;
    this.#deadline?.end();
    this.parts.left(this);
  }

  later(work: () => void): void {
    this.parts.later.defer(() => {
      if (!this.#over) this.parts.run(work);
    });
  }

  lookIn(ms: number): void {
    this.#deadline ??= new Deadline(this.gate.options.reactor.clock, () =>
      this.parts.run(() => this.exchange.lookAtDebt()),
    );
    this.#deadline.set(ms);
  }
}
