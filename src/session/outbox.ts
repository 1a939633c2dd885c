/**
 * Frames on their way into the link. Payloads are put straight behind the place of their header, in an arena that is borrowed
 * while it holds bytes; everything leaves in one write. Knows neither what frames mean nor when they are due.
 */
import type { Arena, ArenaPool, Pipe } from '../contract/pipe.ts';
import { RESET } from '../contract/pipe.ts';
import { type Crc32, writeCrc } from '../protocol/crc.ts';
import { CRC_BYTES, HEADER_BYTES, writeHeader } from '../protocol/frame.ts';
import { encodePreface } from '../protocol/preface.ts';

export class Outbox {
  readonly #pool: ArenaPool;
  #arena: Arena | undefined;
  #start = 0;
  #end = 0;
  #crc32: Crc32 | undefined;
  #framed = 0;

  constructor(pool: ArenaPool) {
    this.#pool = pool;
  }

  /** From the next frame on each is followed by its CRC. */
  checksum(crc32: Crc32): void {
    this.#crc32 = crc32;
  }

  /** Bytes of all frames so far. */
  get framed(): number {
    return this.#framed;
  }

  /** Bytes that the link has not taken. */
  get waiting(): number {
    return this.#end - this.#start;
  }

  get arena(): Arena {
    this.#arena ??= this.#pool.borrow();
    return this.#arena;
  }

  /** Where the payload of the next frame goes. */
  get payloadAt(): number {
    return this.#end + HEADER_BYTES;
  }

  /** Bytes the payload of the next frame may have now; less than 0 if not even a header fits. */
  room(): number {
    return this.arena.size - this.#end - HEADER_BYTES - (this.#crc32 === undefined ? 0 : CRC_BYTES);
  }

  preface(): void {
    this.#end += encodePreface(this.arena.bytes, this.#end, this.arena.size - this.#end);
  }

  /** Makes a frame of the `length` bytes (≤ `room()`) that lie at `payloadAt`. */
  frame(type: number, stream: number, length: number): void {
    const { bytes } = this.arena;
    const at = this.#end;
    writeHeader(bytes, at, length, type, stream);
    this.#end = at + HEADER_BYTES + length;
    if (this.#crc32 !== undefined) {
      writeCrc(bytes, at, length, this.#crc32);
      this.#end += CRC_BYTES;
    }
    this.#framed += this.#end - at;
  }

  /** Writes until the link takes no more. `all`: the arena was given back. */
  flush(link: Pipe): 'all' | 'some' | 'broken' {
    const arena = this.#arena;
    if (arena === undefined) return 'all';
    while (this.#start < this.#end) {
      const taken = link.write(arena, this.#start, this.#end - this.#start);
      if (taken === RESET) return 'broken';
      if (taken === 0) break;
      this.#start += taken;
    }
    if (this.#start === this.#end) {
      this.release();
      return 'all';
    }
    // A move costs less than the frames it makes room for, once at least half of the arena is free.
    if (this.#start > arena.size >>> 1) {
      arena.bytes.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    return 'some';
  }

  /** Drops what waits. */
  release(): void {
    if (this.#arena !== undefined) this.#pool.giveBack(this.#arena);
    this.#arena = undefined;
    this.#start = 0;
    this.#end = 0;
  }
}
