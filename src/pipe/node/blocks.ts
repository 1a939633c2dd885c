// Blocks of memory for bytes between Node and the owners of pipes, lent again and again: a fresh buffer for each read and write
// is what keeps the collector busy. Knows nothing of what they hold.
import type { Arena } from '../../contract/pipe.ts';
import { Pool } from '../arena.ts';

/** Blocks of all pipes of a reactor: many for heads and frames of small answers, few for what a link moves in bulk. */
export class Blocks {
  readonly #pools = [new Pool(16_384, 64), new Pool(65_536, 16), new Pool(524_288, 4)];

  /** The smallest that holds `bytes`, or the largest there is. */
  borrow(bytes: number): Arena {
    return (this.#pools.find(({ size }) => size >= bytes) ?? (this.#pools.at(-1) as Pool)).borrow();
  }

  giveBack(block: Arena): void {
    this.#pools.find(({ size }) => size === block.size)?.giveBack(block);
  }
}
