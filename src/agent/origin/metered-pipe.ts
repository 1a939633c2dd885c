import type { Arena, Pipe, PipeCause, PipeOwner } from '../../contract/pipe.ts';
import type { StreamCode } from '../../contract/stream.ts';
import type { Meter } from './meter.ts';

/** A pipe whose bytes are counted. Everything else is the pipe's own. */
export class MeteredPipe implements Pipe {
  readonly #pipe: Pipe;
  readonly #meter: Meter;
  #over = false;

  constructor(pipe: Pipe, meter: Meter) {
    this.#pipe = pipe;
    this.#meter = meter;
    meter.visits += 1;
    meter.open += 1;
  }

  get owner(): PipeOwner | undefined {
    return this.#pipe.owner;
  }

  set owner(owner: PipeOwner | undefined) {
    this.#pipe.owner = owner;
  }

  get more(): boolean {
    return this.#pipe.more;
  }

  get cause(): PipeCause | undefined {
    return this.#pipe.cause;
  }

  read(into: Arena, at: number, max: number): number {
    const count = this.#pipe.read(into, at, max);
    if (count > 0) this.#meter.bytesOut += count;
    return count;
  }

  write(from: Arena, at: number, length: number): number {
    const count = this.#pipe.write(from, at, length);
    if (count > 0) this.#meter.bytesIn += count;
    return count;
  }

  end(): void {
    this.#pipe.end();
  }

  want(read: boolean, write: boolean): void {
    this.#pipe.want(read, write);
  }

  reset(code?: StreamCode): void {
    this.#pipe.reset(code);
    this.#leave();
  }

  close(): void {
    this.#pipe.close();
    this.#leave();
  }

  #leave(): void {
    if (!this.#over) this.#meter.open -= 1;
    this.#over = true;
  }
}
