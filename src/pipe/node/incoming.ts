// What Node has read and a pipe's owner has not. Knows nothing of when more may be read.
import type { Arena } from '../../contract/pipe.ts';
import type { Blocks } from './blocks.ts';

/** Up to here a copy is a slice of Node's own pool; a block is lent for more. */
const SMALL_BYTES = 2_048;

export class Incoming {
  readonly #blocks: Blocks;
  readonly #chunks: Buffer[] = [];
  /** The block that a chunk lies in, at the chunk's index. */
  readonly #lent: (Arena | undefined)[] = [];
  /** Bytes of the first chunk that were taken. */
  #offset = 0;
  length = 0;

  constructor(blocks: Blocks) {
    this.#blocks = blocks;
  }

  get chunks(): number {
    return this.#chunks.length;
  }

  /** Keeps the chunk itself. */
  keep(chunk: Buffer): void {
    this.#add(chunk, undefined);
  }

  /** Copies bytes out of memory that is read into again. */
  copy(bytes: Uint8Array, length: number): void {
    const block = length > SMALL_BYTES ? this.#blocks.borrow(length) : undefined;
    const chunk = block === undefined ? Buffer.allocUnsafe(length) : block.bytes.subarray(0, length);
    chunk.set(length === bytes.length ? bytes : bytes.subarray(0, length));
    this.#add(chunk, block);
  }

  /** Moves 1 to `max` bytes; there must be some. */
  take(into: Arena, at: number, max: number): number {
    let taken = 0;
    while (taken < max && this.length > 0) {
      const chunk = this.#chunks[0] as Buffer;
      const count = chunk.copy(into.bytes, at + taken, this.#offset, this.#offset + max - taken);
      taken += count;
      this.length -= count;
      this.#offset += count;
      if (this.#offset === chunk.length) this.#dropFirst();
    }
    return taken;
  }

  drop(): void {
    while (this.#chunks.length > 0) this.#dropFirst();
    this.length = 0;
  }

  #add(chunk: Buffer, block: Arena | undefined): void {
    this.#chunks.push(chunk);
    this.#lent.push(block);
    this.length += chunk.length;
  }

  #dropFirst(): void {
    this.#offset = 0;
    this.#chunks.shift();
    const block = this.#lent.shift();
    if (block !== undefined) this.#blocks.giveBack(block);
  }
}
