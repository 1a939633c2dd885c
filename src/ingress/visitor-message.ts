import type { Clock } from '../contract/clock.ts';
import type { LimitName } from '../contract/limits.ts';
import type { MessagePipe, ResponseHead } from '../contract/message.ts';

/** A visitor's request and its answer, whatever version of HTTP it came in. */
export interface VisitorMessage extends MessagePipe {
  /** Of the final response; 0 before it. */
  status: number;
  /** The visitor owes bytes of the request. */
  readonly owing: boolean;
  /** Milliseconds for which the visitor has owed bytes; 0 while nobody asks for them. */
  readonly owedMs: number;
  /** A final response head has been written. */
  readonly responding: boolean;
  /** The bound that the request's body passed, if it is refused for that. */
  readonly passedLimit: LimitName | undefined;
  /** The whole answer at once, for whoever refuses a request. False: a response had begun already, or the visitor is gone. */
  answer(head: ResponseHead, body: Buffer): boolean;
  /** The response, if its head has not been written yet, will be the last one of the connection. */
  closeAfter(): void;
}

/** Since when a visitor has owed bytes that somebody waits for. */
export class Debt {
  readonly #clock: Clock;
  #wanted = false;
  /** When the visitor last gave something, or was first asked for more. */
  #since = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get ms(): number {
    return this.#wanted ? this.#clock.now() - this.#since : 0;
  }

  want(bytes: boolean): void {
    if (bytes && !this.#wanted) this.#since = this.#clock.now();
    this.#wanted = bytes;
  }

  paid(): void {
    this.#since = this.#clock.now();
  }
}
