// Worlds for messages: a memory reactor between a script that speaks raw bytes and an owner that behaves like a session's stream.

import { type Limits, limitValues } from '../contract/limits.ts';
import type { Fields, Head, MessagePipe } from '../contract/message.ts';
import { END, HEAD, type Pipe, type PipeCause, type PipeOwner, RESET, TRAILERS } from '../contract/pipe.ts';
import type { DialTls, ListenTls } from '../contract/reactor.ts';
import type { StreamCode } from '../contract/stream.ts';
import { makeArena, Pool } from '../pipe/arena.ts';
import { type MemoryOptions, type MemoryReactor, makeMemoryReactor } from '../pipe/memory/reactor.ts';
import type { HttpServices } from './connection.ts';
import { Later } from './later.ts';
import { BLOCK_BYTES } from './output.ts';

/** A pool that tells what it has lent, so that tests can see what stays held. */
export class CountingPool extends Pool {
  lent = 0;
  override borrow() {
    this.lent += 1;
    return super.borrow();
  }
  override giveBack(arena: ReturnType<Pool['borrow']>): void {
    this.lent -= 1;
    super.giveBack(arena);
  }
}

export interface World {
  readonly reactor: MemoryReactor;
  readonly services: HttpServices & { readonly arenas: CountingPool };
  /** The end that dialled, and the end that was dialled. */
  readonly near: Pipe;
  readonly far: Pipe;
}

export interface WorldOptions extends Partial<MemoryOptions> {
  readonly limits?: Partial<Limits>;
  readonly tls?: boolean;
}

const LISTEN_TLS: ListenTls = { certificate: () => ({ cert: 'c', key: 'k' }), alpn: [] };
const DIAL_TLS: DialTls = { serverName: 'a', alpn: [], verify: 'report' };

/** Two connected ends. Faults come by `seed`; without any, bytes arrive at once and whole. */
export function makeWorld({ limits = {}, tls = false, seed = 1, ...faults }: WorldOptions = {}): World {
  const reactor = makeMemoryReactor({ seed, ...faults });
  const arenas = new CountingPool(BLOCK_BYTES, 4);
  let far: Pipe | undefined;
  void reactor.listen({ path: '/x' }, tls ? { tls: LISTEN_TLS } : {}, (arrival) => {
    far = arrival.pipe;
  });
  const near = reactor.dial({ path: '/x' }, { timeoutMs: 1e9, ...(tls ? { tls: DIAL_TLS } : {}) });
  reactor.run();
  if (far === undefined) throw new Error('nothing arrived');
  return { reactor, near, far, services: { limits: limitValues(limits), arenas, later: new Later(reactor) } };
}

/** Speaks and hears raw bytes. */
export class Script implements PipeOwner {
  readonly pipe: Pipe;
  heard = '';
  end: 'open' | 'fin' | 'reset' = 'open';
  readonly #arena = makeArena(65_536);
  #out = Buffer.alloc(0);
  #finAfter = false;
  #reading = true;

  constructor(pipe: Pipe) {
    this.pipe = pipe;
    pipe.owner = this;
    pipe.want(true, false);
  }

  send(bytes: string | Buffer): this {
    this.#out = Buffer.concat([this.#out, typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes]);
    this.writable();
    return this;
  }

  fin(): this {
    this.#finAfter = true;
    this.writable();
    return this;
  }

  /** Stops reading, or goes on. */
  read(reading: boolean): this {
    this.#reading = reading;
    this.pipe.want(reading, this.#out.length > 0);
    return this;
  }

  readable(): void {
    for (;;) {
      const count = this.pipe.read(this.#arena, 0, this.#arena.size);
      if (count > 0) this.heard += this.#arena.bytes.toString('latin1', 0, count);
      else if (count === END) this.end = 'fin';
      else if (count === RESET) this.end = 'reset';
      if (count <= 0 || !this.pipe.more) return;
    }
  }

  writable(): void {
    while (this.#out.length > 0) {
      const length = Math.min(this.#out.length, this.#arena.size);
      this.#out.copy(this.#arena.bytes, 0, 0, length);
      const count = this.pipe.write(this.#arena, 0, length);
      if (count <= 0) break;
      this.#out = this.#out.subarray(count);
    }
    if (this.#out.length === 0 && this.#finAfter) this.pipe.end();
    this.pipe.want(this.#reading, this.#out.length > 0);
  }
}

/** Owns a message as a session's stream does: reads all, writes in order as far as the pipe takes it, closes when both ended. */
export class Stream implements PipeOwner {
  readonly message: MessagePipe;
  readonly heads: Head[] = [];
  body = '';
  trailers: Fields | undefined;
  end: 'open' | 'end' | 'reset' = 'open';
  cause: PipeCause | undefined;
  /** What the message refused to take. */
  refused = false;
  writables = 0;
  readonly #arena;
  readonly #max: number;
  readonly #todo: (Buffer | Fields | 'end')[] = [];
  #ended = false;
  #closed = false;

  /** `max`: bytes asked for in one read. */
  constructor(message: MessagePipe, max = 65_536, reading = true) {
    this.message = message;
    this.#max = max;
    this.#arena = makeArena(max + 8);
    message.owner = this;
    message.want(reading, true);
  }

  head(head: Head): this {
    if (this.message.writeHead(head) === RESET) this.#break();
    return this;
  }

  send(bytes: string | Buffer): this {
    return this.#add(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  sendTrailers(fields: Fields): this {
    return this.#add(fields);
  }

  finish(): this {
    return this.#add('end');
  }

  reset(code?: StreamCode): void {
    this.#closed = true;
    this.message.reset(code);
  }

  readable(): void {
    if (this.#closed) throw new Error('told after the end');
    while (this.end === 'open') {
      const got = this.message.read(this.#arena, 5, this.#max);
      if (got > 0) {
        this.body += this.#arena.bytes.toString('latin1', 5, 5 + got);
        this.#arena.bytes.fill(0xee);
      } else if (got === HEAD) this.heads.push(this.message.head as Head);
      else if (got === TRAILERS) this.trailers = this.message.trailers;
      else if (got === END) this.end = 'end';
      else if (got === RESET) this.#break();
      if (got === 0 || !this.message.more) break;
    }
    if (this.end === 'open' && this.message.cause !== undefined) this.#break();
    this.#closeIfDone();
  }

  writable(): void {
    if (this.#closed) throw new Error('told after the end');
    this.writables += 1;
    this.#drain();
  }

  #add(item: Buffer | Fields | 'end'): this {
    this.#todo.push(item);
    this.#drain();
    return this;
  }

  #drain(): void {
    while (!this.#closed && this.#todo.length > 0) {
      const item = this.#todo[0] as Buffer | Fields | 'end';
      if (item === 'end') {
        this.message.end();
        this.#ended = true;
      } else if (!Buffer.isBuffer(item)) {
        if (this.message.writeTrailers(item) === RESET) this.#break();
      } else if (item.length > 0) {
        const count = this.message.write({ bytes: item, size: item.length }, 0, item.length);
        if (count === RESET) this.#break();
        if (count <= 0) break;
        this.#todo[0] = item.subarray(count);
        continue;
      }
      this.#todo.shift();
    }
    if (!this.#closed) this.message.want(this.end === 'open', this.#todo.length > 0);
    this.#closeIfDone();
  }

  #break(): void {
    this.end = 'reset';
    this.cause = this.message.cause;
    this.refused = true;
    if (!this.#closed) this.reset();
  }

  #closeIfDone(): void {
    if (this.#closed || this.end !== 'end' || !this.#ended) return;
    this.#closed = true;
    this.message.close();
  }
}
