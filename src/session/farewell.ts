/**
 * The end of a link after its session has ended: last words leave, FIN, and what still comes is read and dropped until the peer has
 * closed too. Closing at once would answer the peer's bytes under way with a reset, and that can overtake the last words.
 */
import type { Clock, Timer } from '../contract/clock.ts';
import type { ArenaPool, Pipe, PipeOwner } from '../contract/pipe.ts';
import type { Outbox } from './outbox.ts';

/** A peer that lives answers within a round trip. */
const LINGER_MS = 1_000;
const READS_MAX = 4;

export class Farewell implements PipeOwner {
  readonly #link: Pipe;
  readonly #outbox: Outbox;
  readonly #arenas: ArenaPool;
  readonly #timer: Timer;
  #ended = false;

  constructor(link: Pipe, outbox: Outbox, arenas: ArenaPool, clock: Clock) {
    this.#link = link;
    this.#outbox = outbox;
    this.#arenas = arenas;
    this.#timer = clock.after(LINGER_MS, () => this.#close());
    link.owner = this;
    this.writable();
  }

  writable(): void {
    if (this.#ended) return;
    const flushed = this.#outbox.flush(this.#link);
    if (flushed === 'broken') {
      this.#close();
      return;
    }
    this.#ended = flushed === 'all';
    if (this.#ended) this.#link.end();
    this.#link.want(true, !this.#ended);
  }

  readable(): void {
    const arena = this.#arenas.borrow();
    let read = 1;
    for (let reads = 0; reads < READS_MAX && read > 0; reads++) read = this.#link.read(arena, 0, arena.size);
    this.#arenas.giveBack(arena);
    if (read < 0) this.#close();
  }

  #close(): void {
    this.#timer.cancel();
    this.#outbox.release();
    this.#link.close();
  }
}
