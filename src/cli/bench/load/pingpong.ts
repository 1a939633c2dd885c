// One byte there and back, over and over: what a round trip through everything costs.
import type { Crew, Member } from './crew.ts';
import { Line } from './line.ts';
import type { Timed } from './orders.ts';

const BUFFER_BYTES = 64;

class Player implements Member {
  readonly #crew: Crew;
  readonly #line: Line;
  readonly #ball = Buffer.alloc(1);
  #sentAt = 0;
  #over = false;

  constructor(crew: Crew, order: Timed) {
    this.#crew = crew;
    this.#line = new Line(order.at, BUFFER_BYTES, this, crew.fail);
  }

  get opened(): Promise<void> {
    return this.#line.opened;
  }

  get closed(): Promise<void> {
    return this.#line.closed;
  }

  begin(): void {
    this.#ball[0] = (this.#ball[0]! + 1) & 255;
    this.#sentAt = performance.now();
    this.#line.write(this.#ball);
  }

  destroy(): void {
    this.#line.destroy();
  }

  heard(from: Buffer, end: number): void {
    if (end !== 1 || from[0] !== this.#ball[0]) throw new Error('the byte that came back is not the one that was sent');
    this.#crew.time(performance.now() - this.#sentAt);
    this.#crew.count(1);
    if (this.#crew.going) return this.begin();
    this.#over = true;
    this.#line.end();
  }

  ended(): void {
    if (!this.#over) this.#crew.fail(new Error('a connection ended before its byte came back'));
  }
}

export const hireForPingPong = (order: Timed) => (crew: Crew) => new Player(crew, order);
