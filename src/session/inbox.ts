/**
 * Bytes from the link, parsed in place. The arena is borrowed while it holds a frame that is not whole; of DATA every part is
 * handed on as it comes. A stranger gets a small arena of its own, so that many of them cannot hold the large ones.
 * Knows the shape of frames, not their meaning.
 */
import type { Arena, ArenaPool, Pipe } from '../contract/pipe.ts';
import { type Crc32, crcMatches } from '../protocol/crc.ts';
import { ProtocolError } from '../protocol/error.ts';
import {
  CRC_BYTES,
  checkHeader,
  FRAME,
  type FrameBounds,
  frameLength,
  frameStream,
  frameType,
  HEADER_BYTES,
  lengthLimit,
} from '../protocol/frame.ts';
import { checkPreface, PREFACE_BYTES } from '../protocol/preface.ts';

/** Reads of one call: what a fast peer sends must not keep the others from their turn. */
const READS_MAX = 4;

export interface FrameSink {
  /** A whole frame of any type but DATA; its payload is valid during the call. */
  frame(type: number, stream: number, bytes: Buffer, at: number, length: number): void;
  /** The header of a DATA frame: `length` bytes follow, in parts. */
  dataBegins(stream: number, length: number): void;
  data(from: Arena, at: number, length: number): void;
}

export class Inbox {
  /** Where the next arena comes from, and where the present one came from. */
  #pool: ArenaPool;
  #lender: ArenaPool;
  #sink: FrameSink;
  #bounds: FrameBounds;
  #crc32: Crc32 | undefined;
  #arena: Arena | undefined;
  #start = 0;
  #end = 0;
  #prefaced = false;
  #dataLeft = 0;
  #pulling = false;
  #stopped = false;
  /** Bytes that may still be read: before the peer has proved itself it gets few. */
  #allowance: number;
  /** Bytes read so far. */
  received = 0;

  /** `allowance`: how many bytes are read before `handTo`. */
  constructor(sink: FrameSink, bounds: FrameBounds, allowance: number) {
    this.#pool = strangersPool(allowance);
    this.#lender = this.#pool;
    this.#sink = sink;
    this.#bounds = bounds;
    this.#allowance = allowance;
  }

  /** From the next frame on these bounds hold, and each is followed by its CRC. */
  checksum(crc32: Crc32, bounds: FrameBounds): void {
    this.#crc32 = crc32;
    this.#bounds = bounds;
  }

  /** The peer is known: from the next frame on they go to another, and as many bytes as come are read. */
  handTo(sink: FrameSink, pool: ArenaPool): void {
    this.#sink = sink;
    this.#pool = pool;
    this.#allowance = Number.POSITIVE_INFINITY;
  }

  /** Nothing more is handed on, also not by a `pull` under way. */
  stop(): void {
    this.#stopped = true;
    if (!this.#pulling) this.#release();
  }

  /** Reads and hands on. Returns what the last `link.read` said: bytes, 0, END or RESET. Throws what the sink throws, and ProtocolError. */
  pull(link: Pipe): number {
    const arena = this.#arenaToRead();
    let read = 0;
    this.#pulling = true;
    try {
      for (let reads = 0; reads < READS_MAX; reads++) {
        if (this.#allowance <= 0) {
          throw new ProtocolError('limit', 'too many bytes before the peer was known', 'linkUnauthenticatedBytes');
        }
        read = link.read(arena, this.#end, Math.min(arena.size - this.#end, this.#allowance));
        if (read <= 0) break;
        this.received += read;
        this.#allowance -= read;
        this.#end += read;
        this.#parse(arena);
        if (this.#stopped || this.#lender !== this.#pool || !link.more) break;
      }
    } finally {
      this.#pulling = false;
      if (this.#stopped || this.#start === this.#end) this.#release();
    }
    return read;
  }

  /** What is left in a stranger's arena, once it is known, moves into one of the pool. */
  #arenaToRead(): Arena {
    if (this.#arena !== undefined && this.#lender === this.#pool) return this.#arena;
    const left = this.#arena?.bytes.subarray(this.#start, this.#end);
    this.#arena = this.#pool.borrow();
    this.#lender = this.#pool;
    left?.copy(this.#arena.bytes);
    this.#start = 0;
    this.#end = left?.length ?? 0;
    return this.#arena;
  }

  #release(): void {
    if (this.#arena !== undefined) this.#lender.giveBack(this.#arena);
    this.#arena = undefined;
    this.#start = 0;
    this.#end = 0;
  }

  #parse(arena: Arena): void {
    if (!this.#prefaced && !this.#takePreface(arena)) return;
    while (!this.#stopped && this.#start < this.#end) {
      if (this.#dataLeft > 0) this.#takeData(arena);
      else if (!this.#takeFrame(arena)) break;
    }
    if (this.#start === this.#end) {
      this.#start = 0;
      this.#end = 0;
    } else if (this.#start > 0) {
      // What is left is one frame that is not whole: less than a control frame's bound, so the move is short.
      arena.bytes.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
  }

  #takePreface(arena: Arena): boolean {
    if (this.#end - this.#start < PREFACE_BYTES) return false;
    checkPreface(arena.bytes, this.#start);
    this.#start += PREFACE_BYTES;
    this.#prefaced = true;
    return true;
  }

  #takeData(arena: Arena): void {
    const part = Math.min(this.#dataLeft, this.#end - this.#start);
    const at = this.#start;
    this.#start += part;
    this.#dataLeft -= part;
    this.#sink.data(arena, at, part);
  }

  /** False if the frame is not whole. */
  #takeFrame(arena: Arena): boolean {
    const { bytes } = arena;
    const at = this.#start;
    if (this.#end - at < HEADER_BYTES) return false;
    const length = frameLength(bytes, at);
    const type = frameType(bytes, at);
    const stream = frameStream(bytes, at);
    const fault = checkHeader(length, type, stream, this.#bounds);
    if (fault !== undefined) {
      const limit = fault === 'length' ? lengthLimit(type, this.#crc32 !== undefined) : undefined;
      throw new ProtocolError(fault, `type ${type}, ${length} bytes, stream ${stream}`, limit);
    }
    if (type === FRAME.DATA && this.#crc32 === undefined) {
      this.#start = at + HEADER_BYTES;
      this.#dataLeft = length;
      this.#sink.dataBegins(stream, length);
      return true;
    }
    const payloadAt = at + HEADER_BYTES;
    const end = payloadAt + length + (this.#crc32 === undefined ? 0 : CRC_BYTES);
    if (this.#end < end) return false;
    this.#start = end;
    if (this.#crc32 !== undefined && !crcMatches(bytes, at, length, this.#crc32)) {
      throw new ProtocolError('crc', `type ${type}, ${length} bytes`);
    }
    if (type === FRAME.DATA) {
      this.#sink.dataBegins(stream, length);
      this.#sink.data(arena, payloadAt, length);
    } else {
      this.#sink.frame(type, stream, bytes, payloadAt, length);
    }
    return true;
  }
}

/** Everything a stranger may send fits, so it need not be large. */
function strangersPool(size: number): ArenaPool {
  return { borrow: () => ({ bytes: Buffer.alloc(size), size }), giveBack: () => {} };
}
