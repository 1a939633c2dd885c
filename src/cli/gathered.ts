// Gathers what is written in one turn of the event loop: a line a request costs a system call a turn, not one a request.
import type { Output } from './talk.ts';

/** Above this the text leaves at once, so that a flood within one turn is not held whole. */
const GATHERED_MAX = 65_536;

export class Gathered implements Output {
  readonly #output: Output;
  #text = '';

  constructor(output: Output) {
    this.#output = output;
  }

  get isTTY(): boolean | undefined {
    return this.#output.isTTY;
  }

  get columns(): number | undefined {
    return this.#output.columns;
  }

  write(text: string): void {
    if (this.#text === '') setImmediate(this.flush);
    this.#text += text;
    if (this.#text.length > GATHERED_MAX) this.flush();
  }

  /** Call it before the process ends: nothing else does. */
  readonly flush = (): void => {
    const text = this.#text;
    this.#text = '';
    if (text !== '') this.#output.write(text);
  };
}
