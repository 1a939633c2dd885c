// A visitor that speaks HTTP on one connection: what is the same for small requests, downloads and uploads. Any answer but a good one is an error.
import type { Crew, Member } from './crew.ts';
import { Line } from './line.ts';
import { type Head, type MessageOwner, MessageReader } from './message-reader.ts';
import type { At } from './orders.ts';

/** What is asked, and what is done with the answer. */
export interface Errand {
  /** Sends one request: the head, and a body if there is one. */
  ask(line: Line): void;
  /** Bytes of the answer's body. */
  body(from: Buffer, at: number, end: number, offset: number): void;
  /** The answer is complete, and had `bodyBytes`. */
  answered(bodyBytes: number): void;
}

export class HttpVisitor implements Member, MessageOwner {
  readonly #crew: Pick<Crew, 'going' | 'fail'>;
  readonly #errand: Errand;
  readonly #line: Line;
  readonly #reader = new MessageReader(this);
  #asked = false;
  #bodyBytes = 0;

  constructor(crew: Pick<Crew, 'going' | 'fail'>, at: At, bufferBytes: number, errand: Errand) {
    this.#crew = crew;
    this.#errand = errand;
    this.#line = new Line(at, bufferBytes, this, crew.fail);
  }

  get opened(): Promise<void> {
    return this.#line.opened;
  }

  get closed(): Promise<void> {
    return this.#line.closed;
  }

  begin(): void {
    this.#asked = true;
    this.#errand.ask(this.#line);
  }

  destroy(): void {
    this.#line.destroy();
  }

  heard(from: Buffer, end: number): void {
    this.#reader.read(from, 0, end);
  }

  ended(): void {
    if (this.#asked || !this.#reader.idle)
      this.#crew.fail(new Error('a connection ended before its answer was complete'));
  }

  head({ start, bodyBytes }: Head): void {
    if (!this.#asked) throw new Error(`an answer that nobody asked for: "${start}"`);
    if (!/^HTTP\/1\.1 20[06] /.test(start)) throw new Error(`the answer was "${start}"`);
    this.#bodyBytes = bodyBytes;
  }

  body(from: Buffer, at: number, end: number, offset: number): void {
    this.#errand.body(from, at, end, offset);
  }

  end(): void {
    this.#asked = false;
    this.#errand.answered(this.#bodyBytes);
    if (this.#crew.going) this.begin();
    else this.#line.end();
  }
}
