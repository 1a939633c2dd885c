import type { Arena } from '../contract/pipe.ts';

/** Bytes that were read and given back, before those that the pipe has still to give. Holds memory only while it holds bytes. */
export class Carry {
  #bytes: Buffer | undefined;
  #from = 0;

  get length(): number {
    return this.#bytes === undefined ? 0 : this.#bytes.length - this.#from;
  }

  /** Copies up to `max` bytes out; returns their number. */
  take(into: Arena, at: number, max: number): number {
    if (this.#bytes === undefined) return 0;
    const count = this.#bytes.copy(into.bytes, at, this.#from, Math.min(this.#bytes.length, this.#from + max));
    this.#from += count;
    if (this.#from === this.#bytes.length) this.drop();
    return count;
  }

  /** Puts bytes that were just taken or read back in front. */
  putBack(from: Buffer, at: number, length: number): void {
    if (length === 0) return;
    if (this.#bytes !== undefined && this.#from >= length) {
      this.#from -= length;
      from.copy(this.#bytes, this.#from, at, at + length);
      return;
    }
    const rest = this.#bytes?.subarray(this.#from);
    const bytes = Buffer.allocUnsafe(length + (rest?.length ?? 0));
    from.copy(bytes, 0, at, at + length);
    rest?.copy(bytes, length);
    this.#bytes = bytes;
    this.#from = 0;
  }

  drop(): void {
    this.#bytes = undefined;
    this.#from = 0;
  }
}
