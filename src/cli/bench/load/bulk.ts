// Large bodies, one after the other: a download compares every byte here, an upload has every byte compared by the origin.
import type { Crew } from './crew.ts';
import { type Errand, HttpVisitor } from './http-visitor.ts';
import type { Line } from './line.ts';
import type { Timed } from './orders.ts';
import { BULK_BYTES, check, PIECE_BYTES, STREAM_STEP } from './pattern.ts';
import { writePattern } from './pattern-writer.ts';

/** An upload is answered by a head and nothing else. */
const ANSWER_BYTES = 1_024;

class Download implements Errand {
  readonly #crew: Crew;
  readonly #from: number;
  readonly #request: Buffer;

  constructor(crew: Crew, from: number) {
    this.#crew = crew;
    this.#from = from;
    this.#request = Buffer.from(`GET /bulk HTTP/1.1\r\nHost: bench\r\nRange: bytes=${from}-\r\n\r\n`);
  }

  ask(line: Line): void {
    line.write(this.#request);
  }

  body(from: Buffer, at: number, end: number, offset: number): void {
    check(from, at, end, this.#from + offset);
    this.#crew.count(end - at);
  }

  answered(bodyBytes: number): void {
    if (bodyBytes !== BULK_BYTES - this.#from) throw new Error(`a body of ${bodyBytes} bytes instead of ${BULK_BYTES}`);
  }
}

class Upload implements Errand {
  readonly #crew: Crew;
  readonly #from: number;
  readonly #head: Buffer;

  constructor(crew: Crew, from: number) {
    this.#crew = crew;
    this.#from = from;
    this.#head = Buffer.from(`POST /sink/${from} HTTP/1.1\r\nHost: bench\r\nContent-Length: ${BULK_BYTES}\r\n\r\n`);
  }

  ask(line: Line): void {
    line.write(this.#head);
    writePattern(line, this.#from, BULK_BYTES, (bytes) => this.#crew.count(bytes));
  }

  body(): void {}

  answered(): void {}
}

export const hireForDownloads = (order: Timed) => (crew: Crew, index: number) =>
  new HttpVisitor(crew, order.at, PIECE_BYTES, new Download(crew, index * STREAM_STEP));

export const hireForUploads = (order: Timed) => (crew: Crew, index: number) =>
  new HttpVisitor(crew, order.at, ANSWER_BYTES, new Upload(crew, index * STREAM_STEP));
