// Fixed blocks of memory and a pool that lends them. Knows nothing of what they hold.
import type { Arena, ArenaPool } from '../contract/pipe.ts';

/** A block of `size` bytes, zeroed: what an earlier owner left must never reach a wire. */
export function makeArena(size: number): Arena {
  return { bytes: Buffer.alloc(size), size };
}

/** Lends arenas of one size and keeps at most `keep` of those that came back; the rest go to the collector. */
export class Pool implements ArenaPool {
  readonly size: number;
  readonly #keep: number;
  readonly #idle: Arena[] = [];

  constructor(size: number, keep: number) {
    this.size = size;
    this.#keep = keep;
  }

  /** Arenas waiting to be lent. */
  get idle(): number {
    return this.#idle.length;
  }

  borrow(): Arena {
    return this.#idle.pop() ?? makeArena(this.size);
  }

  /** Throws if the arena is of another size or is here already: two owners of one arena would mix two peers' bytes. */
  giveBack(arena: Arena): void {
    if (arena.size !== this.size) throw new Error(`an arena of ${arena.size} bytes is not of this pool`);
    if (this.#idle.includes(arena)) throw new Error('an arena was given back twice');
    if (this.#idle.length < this.#keep) this.#idle.push(arena);
  }
}
