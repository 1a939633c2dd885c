/** The far end of a pipe that a session holds: a visitor or an origin that does as it is told. */
import { type Arena, END, type Pipe, type PipeOwner, RESET } from '../contract/pipe.ts';

export class Talker implements PipeOwner {
  readonly pipe: Pipe;
  /** What the other side has said so far. */
  received = Buffer.alloc(0);
  /** How the other side ended. */
  ended: 'open' | 'fin' | 'reset' = 'open';
  connected = false;
  readonly #arena: Arena = { bytes: Buffer.alloc(65_536), size: 65_536 };
  #unsent = Buffer.alloc(0);
  #finishing = false;
  #reading = true;

  constructor(pipe: Pipe) {
    this.pipe = pipe;
    pipe.owner = this;
    pipe.want(true, true);
  }

  get unsent(): number {
    return this.#unsent.length;
  }

  say(bytes: Buffer | string): this {
    this.#unsent = Buffer.concat([this.#unsent, Buffer.from(bytes)]);
    this.#write();
    return this;
  }

  /** FIN behind what was said. */
  finish(): this {
    this.#finishing = true;
    this.#write();
    return this;
  }

  reset(): this {
    this.pipe.reset();
    return this;
  }

  /** A reader that stalls, or goes on. */
  read(on: boolean): this {
    this.#reading = on;
    this.#want();
    return this;
  }

  readable(): void {
    for (;;) {
      const read = this.pipe.read(this.#arena, 0, this.#arena.size);
      if (read === END) this.ended = 'fin';
      if (read === RESET) this.ended = 'reset';
      if (read <= 0) return;
      this.received = Buffer.concat([this.received, this.#arena.bytes.subarray(0, read)]);
    }
  }

  writable(): void {
    this.connected = true;
    this.#write();
  }

  #write(): void {
    while (this.#unsent.length > 0) {
      const part = this.#unsent.copy(this.#arena.bytes);
      const taken = this.pipe.write(this.#arena, 0, part);
      if (taken <= 0) break;
      this.#unsent = this.#unsent.subarray(taken);
    }
    if (this.#unsent.length === 0 && this.#finishing) this.pipe.end();
    this.#want();
  }

  #want(): void {
    this.pipe.want(this.#reading, this.#unsent.length > 0 || !this.connected);
  }
}
