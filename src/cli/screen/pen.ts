// Writes to the terminal in order, one write at a time, off the event loop: Node's own terminal streams block, and a terminal that
// stopped reading (a dead SSH session) would hold up the traffic. Refuses to know what is written.
import { write, writeSync } from 'node:fs';

/** A terminal that takes nothing now is asked again. */
const AGAIN_MS = 100;

export interface Pen {
  /** Nothing waits to be written. */
  readonly idle: boolean;
  write(text: string): void;
  /** Runs it when everything before has been written. */
  afterwards(run: () => void): void;
  /** Writes what waits, and from now on everything at once, blocking: for the end of the process. */
  finish(): void;
}

export class DescriptorPen implements Pen {
  readonly #descriptor: number;
  #waiting: (Buffer | (() => void))[] = [];
  #busy = false;
  #ending = false;
  /** The terminal is gone. */
  #gone = false;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  get idle(): boolean {
    return !this.#busy && this.#waiting.length === 0;
  }

  write(text: string): void {
    this.#waiting.push(Buffer.from(text));
    this.#next();
  }

  afterwards(run: () => void): void {
    this.#waiting.push(run);
    this.#next();
  }

  finish(): void {
    this.#ending = true;
    this.#drain();
  }

  #drain(): void {
    for (const item of this.#waiting.splice(0)) {
      if (typeof item === 'function') item();
      else this.#writeNow(item);
    }
  }

  #writeNow(bytes: Buffer): void {
    try {
      for (let at = 0; at < bytes.length && !this.#gone; ) at += writeSync(this.#descriptor, bytes, at);
    } catch {
      this.#gone = true;
    }
  }

  #next(): void {
    if (this.#ending) return this.#drain();
    if (this.#busy) return;
    const item = this.#waiting.shift();
    if (item === undefined) return;
    if (typeof item === 'function' || this.#gone) {
      if (typeof item === 'function') item();
      this.#next();
      return;
    }
    this.#busy = true;
    write(this.#descriptor, item, (error, written) => this.#wrote(item, error, written));
  }

  #wrote(item: Buffer, error: NodeJS.ErrnoException | null, written: number): void {
    const rest = error ? item : item.subarray(written);
    this.#gone ||= error !== null && error.code !== 'EAGAIN';
    if (rest.length > 0 && !this.#gone) this.#waiting.unshift(rest);
    const go = () => {
      this.#busy = false;
      this.#next();
    };
    if (error?.code === 'EAGAIN') setTimeout(go, AGAIN_MS).unref();
    else go();
  }
}
