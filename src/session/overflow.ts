/**
 * What a slow pipe did not take: copied once, held in order, written when the pipe is ready. Its bound is the stream's window,
 * which is kept elsewhere. Knows no frames.
 */
import type { Arena, Pipe } from '../contract/pipe.ts';
import { RESET } from '../contract/pipe.ts';

/** A peer may send single bytes, so they share chunks: each new one is as large as all before it, within these. */
const CHUNK_BYTES_LEAST = 1_024;
const CHUNK_BYTES_MOST = 65_536;

interface Chunk {
  readonly arena: Arena;
  start: number;
  end: number;
}

export class Overflow {
  readonly #chunks: Chunk[] = [];
  #held = 0;
  #allocated = 0;

  /** Bytes waiting. */
  get held(): number {
    return this.#held;
  }

  /** Bytes of memory they cost: what the session's budget counts. */
  get allocated(): number {
    return this.#allocated;
  }

  add(from: Buffer, at: number, length: number): void {
    this.#held += length;
    const last = this.#chunks.at(-1);
    let rest = length;
    if (last !== undefined) {
      const fits = Math.min(rest, last.arena.size - last.end);
      from.copy(last.arena.bytes, last.end, at, at + fits);
      last.end += fits;
      rest -= fits;
    }
    if (rest === 0) return;
    const size = Math.max(rest, Math.min(CHUNK_BYTES_MOST, Math.max(CHUNK_BYTES_LEAST, this.#allocated)));
    const bytes = Buffer.allocUnsafeSlow(size);
    from.copy(bytes, 0, at + length - rest, at + length);
    this.#chunks.push({ arena: { bytes, size }, start: 0, end: rest });
    this.#allocated += size;
  }

  /** Writes until the pipe takes no more. Returns the bytes it took, or RESET. */
  drain(pipe: Pipe): number {
    let drained = 0;
    for (let chunk = this.#chunks[0]; chunk !== undefined; chunk = this.#chunks[0]) {
      const taken = pipe.write(chunk.arena, chunk.start, chunk.end - chunk.start);
      if (taken === RESET) return RESET;
      if (taken === 0) break;
      drained += taken;
      chunk.start += taken;
      if (chunk.start < chunk.end) continue;
      this.#chunks.shift();
      this.#allocated -= chunk.arena.size;
    }
    this.#held -= drained;
    return drained;
  }
}
