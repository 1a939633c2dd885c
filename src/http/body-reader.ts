// Where a body ends, for every way of ending it. Decodes in place; refuses to know where bytes come from.
import type { ErrorCode } from '../contract/errors.ts';
import type { LimitName, Limits } from '../contract/limits.ts';
import type { BodyKind, Fields } from '../contract/message.ts';
import { ChunkDecoder } from './chunk-decoder.ts';

export class BodyReader {
  readonly kind: BodyKind;
  readonly #carryBytes: number;
  readonly #chunks: ChunkDecoder | undefined;
  /** Of a `length` body: bytes still to come. */
  #left: number;
  #done: boolean;
  /** Of the last `decode`: body bytes that stand at its start now, and raw bytes that it looked at. */
  out = 0;
  used = 0;

  /** `length` counts for kind `length` only. `plainTrailers`: as for requests, drop trailers with odd names. */
  constructor(kind: BodyKind, length: number, limits: Limits, plainTrailers: boolean) {
    this.kind = kind;
    this.#left = length;
    this.#carryBytes = limits.carryBytes;
    this.#chunks = kind === 'chunked' ? new ChunkDecoder(limits, plainTrailers) : undefined;
    this.#done = kind === 'none' || (kind === 'length' && length === 0);
  }

  get done(): boolean {
    return this.#done;
  }

  /** Done or faulty: no further byte is looked at. */
  get settled(): boolean {
    return this.#done || this.fault !== undefined;
  }

  get fault(): ErrorCode | undefined {
    return this.#chunks?.fault;
  }

  /** The bound behind the fault, if it was one. */
  get limit(): LimitName | undefined {
    return this.#chunks?.limit;
  }

  get trailers(): Fields {
    return this.#chunks?.trailers ?? [];
  }

  /** Raw bytes that may be read now, out of `max`, so that no more than a carry of the next message comes along. */
  most(max: number): number {
    if (this.#chunks !== undefined) return Math.min(max, this.#chunks.sure + this.#carryBytes);
    return this.kind === 'length' ? Math.min(max, this.#left) : max;
  }

  /** Takes the framing off `bytes[at, at+length)`, where it stands. */
  decode(bytes: Buffer, at: number, length: number): void {
    const chunks = this.#chunks;
    if (chunks !== undefined) {
      chunks.decode(bytes, at, length);
      this.out = chunks.out;
      this.used = chunks.used;
      this.#done = chunks.done;
      return;
    }
    const count = this.kind === 'length' ? Math.min(length, this.#left) : length;
    if (this.kind === 'length') {
      this.#left -= count;
      this.#done = this.#left === 0;
    }
    this.out = count;
    this.used = count;
  }

  /** The pipe ended. True if that ends the body as it should; false if the body was cut. */
  pipeEnded(): boolean {
    if (this.kind === 'close' || this.kind === 'upgrade') this.#done = true;
    return this.#done;
  }
}
