// Small requests on kept connections.
import type { Crew } from './crew.ts';
import { type Errand, HttpVisitor } from './http-visitor.ts';
import type { Line } from './line.ts';
import type { HttpOrder } from './orders.ts';

/** A head and a short body. */
const BUFFER_BYTES = 4_096;

/** What the origins answer to GET /small. */
export const SMALL = Buffer.from('hello\n');

export const request = (hostHeader: string, more = '') =>
  Buffer.from(`GET /small HTTP/1.1\r\nHost: ${hostHeader}\r\n${more}\r\n`);

export class SmallErrand implements Errand {
  readonly #crew: Crew;
  readonly #request: Buffer;
  #askedAt = 0;

  constructor(crew: Crew, bytes: Buffer) {
    this.#crew = crew;
    this.#request = bytes;
  }

  ask(line: Line): void {
    this.#askedAt = performance.now();
    line.write(this.#request);
  }

  body(from: Buffer, at: number, end: number, offset: number): void {
    if (from.compare(SMALL, offset, Math.min(SMALL.length, offset + end - at), at, end) !== 0)
      throw new Error('a short answer is not the one that was sent');
  }

  answered(bodyBytes: number): void {
    if (bodyBytes !== SMALL.length) throw new Error(`${bodyBytes} bytes were answered instead of ${SMALL.length}`);
    this.#crew.time(performance.now() - this.#askedAt);
    this.#crew.count(1);
  }
}

export function hireForRequests(order: HttpOrder): (crew: Crew) => HttpVisitor {
  const bytes = request(order.hostHeader);
  return (crew) => new HttpVisitor(crew, order.at, BUFFER_BYTES, new SmallErrand(crew, bytes));
}
