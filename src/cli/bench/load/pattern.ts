// The bytes of every bulk body: they depend on their place, so that whatever is lost, doubled, moved or changed on the way is noticed.

/** A prime: no loss of whole buffers can hide in a repetition. Small enough for a processor's cache. */
const PERIOD = 262_139;
/** The most that is compared or written at once. */
export const PIECE_BYTES = 262_144;
/** What one body holds. */
export const BULK_BYTES = 32 * 2 ** 20;
/** Every stream begins elsewhere in the pattern: bytes of one can never pass for bytes of another. */
export const STREAM_STEP = 4_099;

function make(): Buffer {
  const bytes = Buffer.alloc(PERIOD + PIECE_BYTES);
  // xorshift32: any full-period generator would do.
  for (let i = 0, x = 0x2545f491; i < PERIOD; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    bytes[i] = x >>> 11;
  }
  // Once more behind itself, so that a piece from anywhere is one view.
  for (let i = PERIOD; i < bytes.length; i++) bytes[i] = bytes[i - PERIOD]!;
  return bytes;
}

const PATTERN = make();

/** `length` ≤ PIECE_BYTES bytes of the pattern from `offset` on: a view, not a copy. */
export function piece(offset: number, length: number): Buffer {
  const at = offset % PERIOD;
  return PATTERN.subarray(at, at + length);
}

/** Throws when the bytes are not those of the pattern from `offset` on, and says which one is the first. */
export function check(from: Buffer, at: number, end: number, offset: number): void {
  for (let next = at; next < end; ) {
    const length = Math.min(PIECE_BYTES, end - next);
    const expected = (offset + next - at) % PERIOD;
    if (from.compare(PATTERN, expected, expected + length, next, next + length) !== 0) {
      let wrong = 0;
      while (from[next + wrong] === PATTERN[expected + wrong]) wrong += 1;
      throw new Error(`byte ${offset + next - at + wrong} of a body is not the one that was sent`);
    }
    next += length;
  }
}
