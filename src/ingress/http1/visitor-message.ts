import type { Clock } from '../../contract/clock.ts';
import type { Head } from '../../contract/message.ts';
import type { Arena } from '../../contract/pipe.ts';
import type { Connection } from '../../http/connection.ts';
import type { ParsedRequest } from '../../http/request-head.ts';
import { type ServerEvents, ServerMessage } from '../../http/server-message.ts';
import type { Gate, Traffic } from '../gate.ts';

/** A visitor's exchange that knows besides: what was answered, and since when the visitor owes bytes that somebody waits for. */
export class VisitorMessage extends ServerMessage {
  readonly #clock: Clock;
  readonly #traffic: Traffic;
  #wanted = false;
  /** When the visitor last gave something, or was first asked for more. */
  #since = 0;
  /** Of the final response; 0 before it. */
  status = 0;

  constructor(connection: Connection, request: ParsedRequest, events: ServerEvents, gate: Gate) {
    super(connection, request, events);
    this.#clock = gate.options.reactor.clock;
    this.#traffic = gate.traffic;
  }

  /** Milliseconds for which the visitor has owed bytes; 0 while nobody asks for them. */
  get owedMs(): number {
    return this.#wanted && this.owing ? this.#clock.now() - this.#since : 0;
  }

  override want(read: boolean, write: boolean): void {
    if (read && !this.#wanted) this.#since = this.#clock.now();
    this.#wanted = read;
    super.want(read, write);
  }

  override read(into: Arena, at: number, max: number): number {
    const count = super.read(into, at, max);
    if (count > 0) {
      this.#since = this.#clock.now();
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
