/**
 * Streams whose every byte follows from a seed, the stream, its direction and its place: loss, doubling, reordering and a mix-up of
 * streams are all seen at the first wrong byte. Made of views into one table, so that checking costs a comparison of memory.
 */
import { createHash } from 'node:crypto';

export type Direction = 'up' | 'down';

/** A block of a stream is a view of the table that begins where the stream, the direction and the block's number say. */
const BLOCK = 65_536;
/** A prime, so that no size of frame, chunk or arena goes well with it. */
const STARTS = 65_521;

export class KeyedStreams {
  readonly #table: Buffer;

  constructor(seed: number) {
    this.#table = createHash('shake256', { outputLength: BLOCK + STARTS })
      .update(`tunnelkit ${seed}`)
      .digest();
  }

  /** The bytes of a stream from `at` on: 1 to `most` of them, as they lie in the table. Not to be written to. */
  bytes(stream: number, direction: Direction, at: number, most: number): Buffer {
    const block = Math.floor(at / BLOCK);
    const within = at % BLOCK;
    const start = startOf(stream * 2 + (direction === 'up' ? 0 : 1), block) + within;
    return this.#table.subarray(start, start + Math.min(most, BLOCK - within));
  }

  /** The place of the first byte of `got` that is not what belongs at `at`; undefined: all are right. */
  mismatch(stream: number, direction: Direction, at: number, got: Buffer): number | undefined {
    for (let from = 0; from < got.length; ) {
      const expected = this.bytes(stream, direction, at + from, got.length - from);
      const part = got.subarray(from, from + expected.length);
      if (!expected.equals(part)) return at + from + part.findIndex((byte, index) => byte !== expected[index]);
      from += expected.length;
    }
    return undefined;
  }
}

function startOf(key: number, block: number): number {
  let word = Math.imul(key + 1, 0x9e37_79b1) ^ Math.imul(block + 1, 0x85eb_ca6b);
  word = Math.imul(word ^ (word >>> 15), 0x2c1b_3c6d);
  word = Math.imul(word ^ (word >>> 12), 0x297a_2d39);
  return ((word ^ (word >>> 15)) >>> 0) % STARTS;
}
