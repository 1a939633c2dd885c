import type { Socket } from 'node:net';
import type { Passage, Shape } from './shape.ts';

/** What waits here before the sender is asked to wait. */
const QUEUE_BYTES_MAX = 262_144;

interface Piece {
  bytes: Buffer;
  readonly cameAt: number;
  held: boolean;
}

/** What a fault did on a lane. */
export interface Done {
  /** Bytes that had to wait. */
  held: number;
  /** Writes that were made of what came. */
  pieces: number;
  /** Bytes that are lost. */
  cut: number;
  sent: 'fin' | 'rst' | undefined;
}

/** One direction of one relayed connection: what comes from one socket goes to the other in order, as its shape allows. */
export class Lane {
  /** When bytes came last; milliseconds of `performance.now`. */
  cameAt = Number.NEGATIVE_INFINITY;
  /** Bytes that went on. */
  passed = 0;
  /** It ended here by a fault, so that the reader has seen FIN behind `passed` bytes. */
  cutShort = false;
  done: Done = { held: 0, pieces: 0, cut: 0, sent: undefined };
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #told: { came(): void; reset(): void };
  readonly #queue: Piece[] = [];
  #queued = 0;
  #shape: Shape | undefined;
  #timer: NodeJS.Timeout | undefined;
  #blocked = false;

  constructor(from: Socket, to: Socket, told: { came(): void; reset(): void }) {
    this.#from = from;
    this.#to = to;
    this.#told = told;
    from.on('data', (bytes: Buffer) => this.#take(bytes));
    from.on('end', () => this.#take(Buffer.alloc(0)));
    to.on('drain', () => {
      this.#blocked = false;
      this.#pump();
    });
  }

  /** From now on this holds, until the next call; undefined: everything passes. */
  set shape(shape: Shape | undefined) {
    // Behind a FIN nothing can pass any more.
    if (!this.cutShort) this.#shape = shape;
    if (shape) this.done = { held: 0, pieces: 0, cut: 0, sent: undefined };
    this.#pump();
  }

  /** What waits is lost. */
  stop(): void {
    clearTimeout(this.#timer);
    this.done.cut += this.#queued;
    this.#queue.length = 0;
    this.#queued = 0;
  }

  toString(): string {
    const { readableEnded, destroyed } = this.#from;
    const from = destroyed ? 'closed' : readableEnded ? 'ended' : this.#from.isPaused() ? 'paused' : 'open';
    const to = this.#to.destroyed ? 'closed' : this.#to.writableFinished ? 'ended' : this.#blocked ? 'full' : 'open';
    return `${this.passed} bytes (${from}, ${this.#queued} wait, ${to})`;
  }

  #take(bytes: Buffer): void {
    if (bytes.length > 0) this.cameAt = performance.now();
    this.#queue.push({ bytes, cameAt: performance.now(), held: false });
    this.#queued += bytes.length;
    if (bytes.length > 0) this.#told.came();
    this.#pump();
    if (this.#queued > QUEUE_BYTES_MAX) this.#from.pause();
  }

  #pump(): void {
    clearTimeout(this.#timer);
    const drops = this.#shape?.drops === true;
    for (let head = this.#queue[0]; head !== undefined && (drops || !this.#blocked); head = this.#queue[0]) {
      const now = performance.now();
      const passage = this.#shape?.passage(head.bytes.length, head.cameAt, now) ?? { pass: head.bytes.length };
      if (!this.#obey(head, passage)) return;
    }
  }

  /** False: not now, or never again. */
  #obey(head: Piece, passage: Passage): boolean {
    if (passage === 'rst') {
      this.done.sent = 'rst';
      this.#told.reset();
      return false;
    }
    if (passage === 'drop') {
      this.done.cut += head.bytes.length;
      this.#shorten(head, head.bytes.length);
      return true;
    }
    if (passage === 'fin') {
      this.done.sent = 'fin';
      this.cutShort = true;
      this.#to.end();
      this.#shape = { passage: () => 'drop' };
      return true;
    }
    if ('waitMs' in passage) {
      if (!head.held) this.done.held += head.bytes.length;
      head.held = true;
      this.#timer = setTimeout(() => this.#pump(), passage.waitMs);
      return false;
    }
    this.#pass(head, passage.pass);
    return true;
  }

  #pass(head: Piece, count: number): void {
    if (head.bytes.length === 0) {
      if (!this.cutShort) this.#to.end();
    } else {
      this.passed += count;
      this.done.pieces += 1;
      this.#blocked = !this.#to.write(head.bytes.subarray(0, count));
    }
    this.#shorten(head, count);
  }

  #shorten(head: Piece, count: number): void {
    this.#queued -= count;
    head.bytes = head.bytes.subarray(count);
    if (head.bytes.length === 0) this.#queue.shift();
    if (this.#queued < QUEUE_BYTES_MAX / 4) this.#from.resume();
  }
}
