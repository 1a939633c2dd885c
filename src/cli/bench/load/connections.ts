// Small requests, each on a connection of its own: connect, ask, be answered, see the end.
import type { Crew, Member } from './crew.ts';
import { HttpVisitor } from './http-visitor.ts';
import type { HttpOrder } from './orders.ts';
import { request, SmallErrand } from './requests.ts';

const BUFFER_BYTES = 1_024;

/** One connection after the other; none is open before the work begins. */
class NewConnections implements Member {
  readonly opened = Promise.resolve();
  readonly closed: Promise<void>;
  readonly #over = Promise.withResolvers<void>();
  readonly #crew: Crew;
  readonly #at: HttpOrder['at'];
  readonly #errand: SmallErrand;
  #visitor: HttpVisitor | undefined;

  constructor(crew: Crew, order: HttpOrder, bytes: Buffer) {
    this.#crew = crew;
    this.#at = order.at;
    this.#errand = new SmallErrand(crew, bytes);
    this.closed = this.#over.promise;
  }

  begin(): void {
    // It ends after its first answer.
    const once = { going: false, fail: this.#crew.fail };
    this.#visitor = new HttpVisitor(once, this.#at, BUFFER_BYTES, this.#errand);
    this.#visitor.begin();
    void this.#visitor.closed.then(() => (this.#crew.going ? this.begin() : this.#over.resolve()));
  }

  destroy(): void {
    this.#visitor?.destroy();
  }
}

export function hireForConnections(order: HttpOrder): (crew: Crew) => NewConnections {
  const bytes = request(order.hostHeader, 'Connection: close\r\n');
  return (crew) => new NewConnections(crew, order, bytes);
}
