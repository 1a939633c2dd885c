// What a connection has to say and its pipe has not taken yet: one borrowed block, so that framing and bytes leave in one write.
import { type Arena, type ArenaPool, type Pipe, RESET } from '../contract/pipe.ts';

/** A block holds one piece of a chunked body with its framing, behind the largest head. */
export const BLOCK_BYTES = 131_072;
/** Body bytes composed at once; what a slow reader may hold of ours. */
const PIECE_BYTES = 65_536;
/** Bytes that are copied behind a waiting head rather than written apart: a copy of this is cheaper than a system call. */
const SMALL_BYTES = 16_384;

export class Output {
  readonly #pipe: Pipe;
  readonly #arenas: ArenaPool;
  #block: Arena | undefined;
  #from = 0;
  #to = 0;
  /** What stands in the block is kept for the end of the turn, so that what follows joins it. */
  #held = false;

  constructor(pipe: Pipe, arenas: ArenaPool) {
    this.#pipe = pipe;
    this.#arenas = arenas;
  }

  /** Bytes the pipe has not taken. */
  get pending(): number {
    return this.#to - this.#from;
  }

  /** True while the pipe refuses what stands here: nothing more is composed. */
  get blocked(): boolean {
    return this.#block !== undefined && !this.#held;
  }

  /** Appends `text` (latin1) and holds it. False: there is no room, the peer does not read. */
  hold(text: string): boolean {
    const held = !this.blocked;
    if (this.#append(text)) this.#held = held;
    else if (this.pending === 0) this.drop();
    else return false;
    return this.pending > 0;
  }

  /**
   * Bytes as they are: joined to what is held if they are few, else past it. Returns how many were taken, or RESET.
   */
  write(from: Arena, at: number, length: number): number {
    if (this.#held && length <= SMALL_BYTES) {
      const block = this.#block as Arena;
      if (length <= block.size - this.#to) {
        from.bytes.copy(block.bytes, this.#to, at, at + length);
        this.#to += length;
        return length;
      }
    }
    const state = this.flush();
    return state === 0 ? this.#pipe.write(from, at, length) : state === RESET ? RESET : 0;
  }

  /** One chunk of up to `length` bytes (RFC 9112 §7.1). Returns how many body bytes were taken, 0 while blocked, or RESET. */
  writeChunk(from: Arena, at: number, length: number): number {
    if (this.blocked) return 0;
    const held = this.#held;
    const count = Math.min(length, PIECE_BYTES);
    const size = `${count.toString(16)}\r\n`;
    const block = this.#borrow();
    if (size.length + count + 2 > block.size - this.#to) {
      const state = this.flush();
      return state === 0 ? this.writeChunk(from, at, length) : state === RESET ? RESET : 0;
    }
    this.#append(size);
    from.bytes.copy(block.bytes, this.#to, at, at + count);
    this.#to += count;
    this.#append('\r\n');
    if (held && count <= SMALL_BYTES) return count;
    return this.flush() === RESET ? RESET : count;
  }

  /** Offers everything to the pipe. Returns bytes still pending, or RESET. */
  flush(): number {
    const block = this.#block;
    if (block === undefined) return 0;
    this.#held = false;
    while (this.#from < this.#to) {
      const taken = this.#pipe.write(block, this.#from, this.#to - this.#from);
      if (taken === RESET) return RESET;
      if (taken === 0) return this.pending;
      this.#from += taken;
    }
    this.drop();
    return 0;
  }

  drop(): void {
    if (this.#block !== undefined) this.#arenas.giveBack(this.#block);
    this.#block = undefined;
    this.#from = 0;
    this.#to = 0;
    this.#held = false;
  }

  #append(text: string): boolean {
    const block = this.#borrow();
    if (text.length > block.size - this.#to) return false;
    this.#to += block.bytes.write(text, this.#to, 'latin1');
    return true;
  }

  #borrow(): Arena {
    this.#block ??= this.#arenas.borrow();
    return this.#block;
  }
}
