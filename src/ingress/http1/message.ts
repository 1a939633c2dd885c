import type { Head } from '../../contract/message.ts';
import type { Arena } from '../../contract/pipe.ts';
import type { Connection } from '../../http/connection.ts';
import type { ParsedRequest } from '../../http/request-head.ts';
import { type ServerEvents, ServerMessage } from '../../http/server-message.ts';
import type { Gate, Traffic } from '../gate.ts';
import { Debt, type VisitorMessage } from '../visitor-message.ts';

/** A visitor's exchange over HTTP/1 that knows besides: what was answered, what passed, and what the visitor owes. */
export class Http1Message extends ServerMessage implements VisitorMessage {
  readonly #debt: Debt;
  readonly #traffic: Traffic;
  status = 0;

  constructor(connection: Connection, request: ParsedRequest, events: ServerEvents, gate: Gate) {
    super(connection, request, events);
    this.#debt = new Debt(gate.options.reactor.clock);
    this.#traffic = gate.traffic;
  }

  get owedMs(): number {
    return this.owing ? this.#debt.ms : 0;
  }

  override want(read: boolean, write: boolean): void {
    this.#debt.want(read);
    super.want(read, write);
  }

  override read(into: Arena, at: number, max: number): number {
    const count = super.read(into, at, max);
    if (count > 0) {
      this.#debt.paid();
      this.#traffic.bytesIn += count;
    }
    return count;
  }

  override write(from: Arena, at: number, length: number): number {
    const taken = super.write(from, at, length);
    if (taken > 0) this.#traffic.bytesOut += taken;
    return taken;
  }

  override writeHead(head: Head): number {
    if (head.kind === 'response' && (head.status >= 200 || head.status === 101)) this.status = head.status;
    return super.writeHead(head);
  }
}
