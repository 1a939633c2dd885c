/** A message pipe whose message a test writes by hand, and which notes what is written to it. */

import type { Fields, Head, MessagePipe } from '../contract/message.ts';
import { type Arena, END, HEAD, type PipeCause, type PipeOwner, RESET, TRAILERS } from '../contract/pipe.ts';
import type { StreamCode } from '../contract/stream.ts';
import type { MemoryReactor } from '../pipe/memory/reactor.ts';

type Part = Head | Buffer | { readonly trailers: Fields } | 'end';

export class HandMessage implements MessagePipe {
  readonly carries = 'messages';
  owner: PipeOwner | undefined;
  head: Head | undefined;
  trailers: Fields | undefined;
  cause: PipeCause | undefined;
  /** What was written: heads, texts, trailers, `end`, and how it was let go. */
  readonly written: unknown[] = [];
  /** Bytes it takes before it stalls. */
  room = Number.POSITIVE_INFINITY;
  /** What `writeHead` and `writeTrailers` say. */
  takes: number = 1;
  readonly #parts: Part[] = [];
  readonly #reactor: MemoryReactor;
  #wants = { read: false, write: false };

  constructor(reactor: MemoryReactor) {
    this.#reactor = reactor;
  }

  /** Things to read. */
  bring(...parts: Part[]): void {
    this.#parts.push(...parts);
    this.#tell();
  }

  break(cause: PipeCause): void {
    this.cause = cause;
    this.#reactor.clock.after(0, () => this.owner?.readable());
  }

  makeRoom(bytes: number): void {
    this.room = bytes;
    this.#tell();
  }

  get more(): boolean {
    return this.#parts.length > 0;
  }

  read(into: Arena, at: number, max: number): number {
    if (this.cause !== undefined) return RESET;
    const part = this.#parts[0];
    if (part === undefined) return 0;
    if (Buffer.isBuffer(part)) {
      const taken = part.copy(into.bytes, at, 0, max);
      if (taken < part.length) this.#parts[0] = part.subarray(taken);
      else this.#parts.shift();
      return taken;
    }
    if (part === 'end') return END;
    this.#parts.shift();
    if ('trailers' in part) {
      this.trailers = part.trailers;
      return TRAILERS;
    }
    this.head = part;
    return HEAD;
  }

  write(from: Arena, at: number, length: number): number {
    if (this.cause !== undefined) return RESET;
    const taken = Math.min(length, this.room);
    this.room -= taken;
    if (taken > 0) this.written.push(from.bytes.toString('latin1', at, at + taken));
    return taken;
  }

  writeHead(head: Head): number {
    this.written.push(head);
    return this.takes;
  }

  writeTrailers(trailers: Fields): number {
    this.written.push({ trailers });
    return this.takes;
  }

  end(): void {
    this.written.push('end');
  }

  reset(code?: StreamCode): void {
    this.owner = undefined;
    this.written.push({ reset: code });
  }

  close(): void {
    this.owner = undefined;
    this.written.push('close');
  }

  want(read: boolean, write: boolean): void {
    this.#wants = { read, write };
    this.#tell();
  }

  #tell(): void {
    this.#reactor.clock.after(0, () => {
      if (this.#wants.read && this.more) this.owner?.readable();
      if (this.#wants.write && this.room > 0) this.owner?.writable();
    });
  }
}
