// A pipe as a Node stream, for libraries that know nothing else: `ws`, `node:http`, `node:tls`.
// Bytes are copied both ways, since Node's streams keep references and arenas are used again.
import { Duplex } from 'node:stream';
import { END, type Pipe, type PipeCause, RESET } from '../contract/pipe.ts';
import { makeArena } from './arena.ts';

/** Shared by all: it holds bytes only inside a call. */
const SCRATCH = makeArena(65_536);

/** The codes Node's own sockets would give, so that libraries understand them. */
const CODES: Readonly<Record<PipeCause, string>> = {
  refused: 'ECONNREFUSED',
  unreachable: 'EHOSTUNREACH',
  timeout: 'ETIMEDOUT',
  dns: 'ENOTFOUND',
  tls: 'EPROTO',
  reset: 'ECONNRESET',
  truncated: 'ECONNRESET',
  malformed: 'EPROTO',
  defect: 'ECONNABORTED',
  local: 'ECONNABORTED',
};

/** What a PipeDuplex is destroyed with when its pipe breaks. */
export class PipeError extends Error {
  readonly code: string;
  readonly reason: PipeCause;

  constructor(reason: PipeCause) {
    super(`The pipe broke: ${reason}.`);
    this.name = 'PipeError';
    this.code = CODES[reason];
    this.reason = reason;
  }
}

/** Sees what passes, before anybody works on it. */
export interface DuplexWatch {
  /** False: it is not handed on. */
  came(bytes: Buffer, at: number, length: number): boolean;
  went(bytes: Buffer, at: number, length: number): void;
}

/** What is to leave, and how much of the first chunk has. */
interface Waiting {
  readonly chunks: Buffer[];
  at: number;
  readonly done: () => void;
}

export interface DuplexOptions {
  /** Bytes that were read from the pipe already; they come first. */
  readonly initial?: Buffer | undefined;
  readonly remote?: { readonly host: string; readonly port: number } | undefined;
  readonly watch?: DuplexWatch | undefined;
}

/**
 * Owns the pipe. `end` is FIN and reading goes on; the other side's FIN is 'end' and writing goes on; after both it closes.
 * `destroy(error)` resets the pipe; `destroy()` lets what was ended leave, and is an abort otherwise.
 */
export class PipeDuplex extends Duplex {
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  /** Read by `node:http` and by frameworks over it. */
  readonly encrypted: boolean;
  readonly connecting = false;
  readonly #pipe: Pipe;
  readonly #watch: DuplexWatch | undefined;
  #wantsRead = false;
  #waiting: Waiting | undefined;

  constructor(pipe: Pipe, options: DuplexOptions = {}) {
    super({ allowHalfOpen: true, decodeStrings: true });
    this.#pipe = pipe;
    this.#watch = options.watch;
    this.encrypted = pipe.secure !== undefined;
    this.remoteAddress = options.remote?.host;
    this.remotePort = options.remote?.port;
    pipe.owner = { readable: () => this.#pull(), writable: () => this.#send() };
    if (options.initial !== undefined && options.initial.length > 0) this.push(Buffer.from(options.initial));
    this.#want();
  }

  override _read(): void {
    this.#wantsRead = true;
    this.#want();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#waiting = { chunks: [chunk], at: 0, done };
    this.#send();
  }

  /** `node:http2` says the header and the payload of each frame by itself. */
  override _writev(parts: readonly { readonly chunk: Buffer }[], done: () => void): void {
    this.#waiting = { chunks: parts.map(({ chunk }) => chunk), at: 0, done };
    this.#send();
  }

  override _final(done: () => void): void {
    this.#pipe.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (error === null) this.#pipe.close();
    else this.#pipe.reset();
    done(error);
  }

  /** As `net.Socket` has it; `node:http` calls it after the last response. */
  destroySoon(): void {
    if (!this.writableEnded) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  // What libraries call on sockets and what is kept elsewhere here: delays by the reactor, time by the owner's clock.
  setTimeout(_ms: number, _fire?: () => void): this {
    return this;
  }
  setNoDelay(_on?: boolean): this {
    return this;
  }
  setKeepAlive(_on?: boolean, _delayMs?: number): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  #want(): void {
    if (!this.destroyed) this.#pipe.want(this.#wantsRead, this.#waiting !== undefined);
  }

  #pull(): void {
    while ((this.#wantsRead || this.#pipe.cause !== undefined) && !this.destroyed) {
      const count = this.#pipe.read(SCRATCH, 0, SCRATCH.size);
      if (count === 0) break;
      // Once Node has enough it asks again through `_read`.
      this.#wantsRead = this.#deliver(count);
    }
    this.#want();
  }

  #deliver(count: number): boolean {
    if (count > 0 && this.#watch?.came(SCRATCH.bytes, 0, count) === false) return true;
    if (count > 0) return this.push(Buffer.from(SCRATCH.bytes.subarray(0, count)));
    if (count === END) return this.push(null);
    this.destroy(new PipeError(this.#pipe.cause ?? 'reset'));
    return false;
  }

  #send(): void {
    while (this.#waiting !== undefined && !this.destroyed) {
      const count = gather(this.#waiting);
      const taken = this.#pipe.write(SCRATCH, 0, count);
      if (taken === RESET) {
        this.destroy(new PipeError(this.#pipe.cause ?? 'reset'));
        return;
      }
      if (taken === 0 && count > 0) break;
      this.#watch?.went(SCRATCH.bytes, 0, taken);
      if (left(this.#waiting, taken)) this.#sent();
    }
    this.#want();
  }

  #sent(): void {
    const done = this.#waiting?.done;
    this.#waiting = undefined;
    done?.();
  }
}

/** As much as fits, one chunk behind the other. */
function gather({ chunks, at }: Waiting): number {
  let count = 0;
  let from = at;
  for (const chunk of chunks) {
    count += chunk.copy(SCRATCH.bytes, count, from, Math.min(chunk.length, from + SCRATCH.size - count));
    if (count === SCRATCH.size) break;
    from = 0;
  }
  return count;
}

/** So many bytes have gone. True: all of them. */
function left(waiting: Waiting, bytes: number): boolean {
  const { chunks } = waiting;
  waiting.at += bytes;
  for (let first = chunks[0]; first !== undefined && waiting.at >= first.length; first = chunks[0]) {
    waiting.at -= first.length;
    chunks.shift();
  }
  return chunks.length === 0;
}
