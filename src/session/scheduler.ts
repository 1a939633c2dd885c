/**
 * Who sends next. Ready streams take turns by bytes; short and new ones overtake bulk. Knows neither frames nor pipes.
 */
import type { Outbox } from './outbox.ts';
import { Ring } from './ring.ts';

/** One of several gets this much before the next: 32 KiB are 2.5 ms at 100 Mbit/s. */
const QUANTUM_SHARED_BYTES = 32_768;
/** One alone gets as much as one frame may hold. */
const QUANTUM_ALONE_BYTES = 262_144;
/** Up to here a stream is short or new: most pages and API answers end before. */
const PROMPT_BYTES = 32_768;
/**
 * Whenever the session has sent this much for each ready stream, what each has sent counts half: who was bulk a while ago is not for ever,
 * and one of many that all have their turns is bulk still.
 */
const EPOCH_BYTES_EACH = 4 * QUANTUM_SHARED_BYTES;
/** After so many prompt turns one of bulk comes first, so that a crowd of short streams does not starve it. */
const PROMPT_TURNS_MAX = 16;
/** Less room than this is not worth a frame; it is also what the small frames between two sweeps may need. */
export const FRAME_ROOM_LEAST = 1_024;

/** What became of a stream's turn. `dry`: it is ready no more and will say so when it is. `room`: the outbox is full. */
export type Filled = 'dry' | 'more' | 'room';

export interface Sendable {
  isReady: boolean;
  /** What it sent of late, as of `recentEpoch`. */
  recentBytes: number;
  recentEpoch: number;
  fill(outbox: Outbox, bytesMax: number): Filled;
  /** It stays ready, but nothing can be sent for now: its pipe need not be told of. */
  park(): void;
}

export class Scheduler<T extends Sendable> {
  readonly #prompt = new Ring<T>();
  readonly #bulk = new Ring<T>();
  #epoch = 0;
  #epochBytes = 0;
  #promptTurns = 0;

  get length(): number {
    return this.#prompt.length + this.#bulk.length;
  }

  add(stream: T): void {
    if (stream.isReady) return;
    stream.isReady = true;
    this.#ringOf(stream).push(stream);
  }

  /** Lets the ready streams fill the outbox in turn, until it is full or none is ready. */
  pump(outbox: Outbox): void {
    while (this.length > 0 && outbox.room() >= FRAME_ROOM_LEAST) {
      const alone = this.length === 1;
      const stream = this.#next();
      const before = outbox.framed;
      stream.isReady = false;
      const filled = stream.fill(outbox, alone ? QUANTUM_ALONE_BYTES : QUANTUM_SHARED_BYTES);
      this.#count(stream, outbox.framed - before);
      if (filled === 'more') this.add(stream);
      if (filled !== 'room') continue;
      if (!stream.isReady) {
        stream.isReady = true;
        this.#ringOf(stream).unshift(stream);
      }
      return;
    }
  }

  /** The link takes nothing for now. */
  parkAll(): void {
    for (const ring of [this.#prompt, this.#bulk]) {
      for (let i = ring.length; i > 0; i--) {
        const stream = ring.shift()!;
        stream.park();
        ring.push(stream);
      }
    }
  }

  clear(): void {
    this.#prompt.clear();
    this.#bulk.clear();
  }

  #next(): T {
    const bulkDue = this.#prompt.length === 0 || (this.#promptTurns >= PROMPT_TURNS_MAX && this.#bulk.length > 0);
    this.#promptTurns = bulkDue ? 0 : this.#promptTurns + 1;
    return (bulkDue ? this.#bulk : this.#prompt).shift()!;
  }

  #ringOf(stream: T): Ring<T> {
    const epochs = Math.min(31, this.#epoch - stream.recentEpoch);
    if (epochs > 0) {
      stream.recentBytes >>>= epochs;
      stream.recentEpoch = this.#epoch;
    }
    return stream.recentBytes < PROMPT_BYTES ? this.#prompt : this.#bulk;
  }

  #count(stream: T, bytes: number): void {
    stream.recentBytes += bytes;
    this.#epochBytes += bytes;
    if (this.#epochBytes < EPOCH_BYTES_EACH * (this.length + 1)) return;
    this.#epochBytes = 0;
    this.#epoch++;
  }
}
