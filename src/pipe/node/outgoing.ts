// What a pipe's owner writes in one turn, gathered in blocks that are lent again once Node has sent them. Knows nothing of turns and
// of how much may wait.
import type { Socket } from 'node:net';
import type { Arena } from '../../contract/pipe.ts';
import type { Blocks } from './blocks.ts';

export class Outgoing {
  readonly #blocks: Blocks;
  #block: Arena | undefined;
  #used = 0;

  constructor(blocks: Blocks) {
    this.#blocks = blocks;
  }

  /** Bytes that wait for `send`. */
  get held(): number {
    return this.#used;
  }

  /** Copies the bytes; what does not fit into one block is given to `stream`, which holds it back while it is corked. */
  add(stream: Socket, from: Buffer, at: number, length: number): void {
    let copied = 0;
    while (copied < length) {
      const block = this.#blockFor(length - copied);
      const count = from.copy(block.bytes, this.#used, at + copied, at + length);
      this.#used += count;
      copied += count;
      if (this.#used < block.size) continue;
      stream.cork();
      this.#give(stream, block);
    }
  }

  /** Gives everything to `stream` and lets it go. */
  send(stream: Socket): void {
    if (this.#block !== undefined) this.#give(stream, this.#block);
    while (stream.writableCorked > 0) stream.uncork();
  }

  drop(): void {
    if (this.#block !== undefined) this.#blocks.giveBack(this.#block);
    this.#block = undefined;
    this.#used = 0;
  }

  #blockFor(length: number): Arena {
    this.#block ??= this.#blocks.borrow(length);
    return this.#block;
  }

  #give(stream: Socket, block: Arena): void {
    const bytes = block.bytes.subarray(0, this.#used);
    this.#block = undefined;
    this.#used = 0;
    // A write that failed may still be in the kernel's hands: its block goes to the collector.
    stream.write(bytes, (error) => {
      if (!error) this.#blocks.giveBack(block);
    });
  }
}
