// One HTTP/1 connection: a pipe, the bytes read beyond a message, the bytes not yet written. Messages come and go on it, one at a
// time; it refuses to know what they say.
import type { Limits } from '../contract/limits.ts';
import { type Arena, type ArenaPool, type Pipe, type PipeOwner, RESET } from '../contract/pipe.ts';
import type { StreamCode } from '../contract/stream.ts';
import { Carry } from './carry.ts';
import type { Later } from './later.ts';
import { Output } from './output.ts';

/** What all connections of a reactor share. `arenas` lends blocks of at least `BLOCK_BYTES`. */
export interface HttpServices {
  readonly limits: Limits;
  readonly arenas: ArenaPool;
  readonly later: Later;
}

/** Whoever has the connection now. Told like a pipe's owner: level-triggered, never from inside a call. */
export interface ConnectionUser extends PipeOwner {
  /** Bytes are wanted from the connection. */
  readonly hungry: boolean;
  /** Something can be read from the user itself, without the connection giving anything. */
  readonly ready: boolean;
}

/** Parses heads. `bytesMax`: no head, and nothing that a head is waiting for, is longer. */
export interface HeadParser<T> {
  readonly bytesMax: number;
  parse(bytes: Buffer, at: number, length: number): T | undefined;
}

export class Connection implements PipeOwner {
  readonly pipe: Pipe;
  readonly services: HttpServices;
  /** Set by whoever takes the connection over; `want` is theirs from then on. */
  user: ConnectionUser | undefined = undefined;
  readonly #carry = new Carry();
  readonly #output: Output;
  #wantsRead = false;
  #wantsWrite = false;
  /** What is carried is part of a head: it is worth nothing before more comes. */
  #partial = false;
  #telling = false;
  #flushing = false;
  /** What is left to do when everything has been written. */
  #ending: 'no' | 'fin' | 'close' | 'over' = 'no';

  /** Takes the pipe over: becomes its owner. */
  constructor(pipe: Pipe, services: HttpServices) {
    this.pipe = pipe;
    this.services = services;
    this.#output = new Output(pipe, services.arenas);
    pipe.owner = this;
  }

  get broken(): boolean {
    return this.pipe.cause !== undefined;
  }

  /** Bytes that were given back and are still unread. */
  get carried(): number {
    return this.#carry.length;
  }

  /** Bytes that wait for the pipe. */
  get pending(): number {
    return this.#output.pending;
  }

  /** Another `read` right now could give something. */
  get more(): boolean {
    return (this.#carry.length > 0 && !this.#partial) || this.pipe.more;
  }

  /** As `Pipe.read`: first what was given back, then the pipe. */
  read(into: Arena, at: number, max: number): number {
    return this.#carry.take(into, at, max) || this.pipe.read(into, at, max);
  }

  /** Gives back bytes that were read too far. */
  unread(from: Buffer, at: number, length: number): void {
    this.#carry.putBack(from, at, length);
  }

  /**
   * Reads what there is and parses one head off it; what follows the head is given back. Undefined: more must come.
   * END or RESET: the pipe's, in the midst of a head or before one.
   */
  readHead<T extends object | string>(parser: HeadParser<T>): T | number | undefined {
    const arena = this.services.arenas.borrow();
    try {
      let length = this.#carry.take(arena, 0, arena.size);
      let result = length > 0 ? parser.parse(arena.bytes, 0, length) : undefined;
      let got = 1;
      while (result === undefined && got > 0) {
        got = this.pipe.read(arena, length, parser.bytesMax - length);
        if (got > 0) {
          length += got;
          result = parser.parse(arena.bytes, 0, length);
          if (!this.pipe.more) break;
        }
      }
      this.#partial = result === undefined;
      if (result === undefined && got < 0) return got;
      const used = result === undefined ? 0 : bytesOf(result, length);
      this.unread(arena.bytes, used, length - used);
      return result;
    } finally {
      this.services.arenas.giveBack(arena);
    }
  }

  /** True if nothing has come on a connection at rest: not a byte, not an end (X7, P83). */
  isQuiet(): boolean {
    if (this.#carry.length > 0 || this.broken) return false;
    if (!this.pipe.more) return true;
    const arena = this.services.arenas.borrow();
    const got = this.pipe.read(arena, 0, arena.size);
    this.services.arenas.giveBack(arena);
    return got === 0;
  }

  want(read: boolean, write: boolean): void {
    this.#wantsRead = read;
    this.#wantsWrite = write;
    this.stir();
  }

  /** The user's `hungry` or `ready` may have changed. */
  stir(): void {
    if (this.#ending === 'over') return;
    const hungry = this.#wantsRead && (this.user?.hungry ?? false);
    this.pipe.want(hungry && this.#ending !== 'close', this.#wantsWrite || this.#output.blocked);
    if (this.#telling || !this.#isDue()) return;
    this.#telling = true;
    this.services.later.defer(this.#tell);
  }

  /** Appends a head or other framing, which leaves with what is written next or when the turn ends. False: no room. */
  hold(text: string): boolean {
    if (this.broken || this.#ending !== 'no' || !this.#output.hold(text)) return false;
    this.#flushLater();
    return true;
  }

  /** As `Pipe.write`, behind everything held. */
  write(from: Arena, at: number, length: number): number {
    return this.#wrote(this.#output.write(from, at, length));
  }

  /** As `write`, as chunks of a chunked body. */
  writeChunks(from: Arena, at: number, length: number): number {
    let taken = 0;
    while (taken < length) {
      const count = this.#wrote(this.#output.writeChunk(from, at + taken, length - taken));
      if (count === RESET) return RESET;
      if (count === 0) break;
      taken += count;
    }
    return taken;
  }

  /** Offers the pipe everything that is held. */
  flush(): void {
    this.#wrote(this.#output.flush());
    if (this.#output.pending === 0) this.#carryOutEnd();
  }

  /** FIN behind everything written. Reading goes on. */
  end(): void {
    if (this.#ending !== 'no') return;
    this.#ending = 'fin';
    this.flush();
  }

  /** What was written still leaves, and the other side gets the time to read it; then both directions are over. */
  finish(): void {
    if (this.#ending === 'over') return;
    this.#ending = 'close';
    this.#carry.drop();
    if (this.broken) {
      this.#close();
    } else {
      this.stir();
      this.flush();
    }
  }

  /** Lets the pipe go to another owner, and returns what was read of it too far. The connection is over, the pipe is not. */
  release(): Buffer {
    const arena = this.services.arenas.borrow();
    const initial = Buffer.from(arena.bytes.subarray(0, this.#carry.take(arena, 0, arena.size)));
    this.services.arenas.giveBack(arena);
    this.#ending = 'over';
    this.#drop();
    this.user = undefined;
    this.pipe.owner = undefined;
    this.pipe.want(false, false);
    return initial;
  }

  reset(code?: StreamCode): void {
    this.#ending = 'over';
    this.#drop();
    this.pipe.reset(code);
  }

  // The pipe's side.

  readable(): void {
    if (this.broken) this.#output.drop();
    if (this.broken && this.#ending === 'close') {
      this.#close();
    } else if (this.broken || this.#wantsRead) {
      this.user?.readable();
      // The message may be whole now: what comes next stays with the pipe, and is no reason to be told again.
      this.stir();
    }
  }

  writable(): void {
    this.flush();
    if (this.#output.blocked || this.#ending === 'over') return;
    this.stir();
    if (this.#wantsWrite) this.user?.writable();
  }

  #wrote(result: number): number {
    if (this.#output.blocked) this.stir();
    return result;
  }

  #carryOutEnd(): void {
    if (this.#ending === 'fin') {
      this.pipe.end();
    } else if (this.#ending === 'close') {
      this.pipe.end();
      this.#close();
    }
  }

  #close(): void {
    this.#ending = 'over';
    this.#drop();
    this.pipe.close();
  }

  #drop(): void {
    this.#carry.drop();
    this.#output.drop();
  }

  #flushLater(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    this.services.later.defer(this.#flushNow);
  }

  readonly #flushNow = (): void => {
    this.#flushing = false;
    if (this.#ending !== 'over' && !this.broken) this.flush();
  };

  #isDue(): boolean {
    const { user } = this;
    if (!this.#wantsRead || user === undefined) return false;
    return user.ready || (user.hungry && this.#carry.length > 0 && !this.#partial);
  }

  readonly #tell = (): void => {
    this.#telling = false;
    if (this.#ending === 'over' || !this.#isDue()) return;
    this.user?.readable();
    this.stir();
  };
}

/** What a parse used up. One that failed leaves nothing to go on from. */
function bytesOf(result: object | string, length: number): number {
  return typeof result === 'object' && 'bytes' in result && typeof result.bytes === 'number' ? result.bytes : length;
}
