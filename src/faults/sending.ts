import { Readable } from 'node:stream';
import type { Witness } from './witness.ts';

/** One attempt to say a direction of a conversation from its start. An older attempt may still run: it counts for itself. */
export class Sending {
  sent = 0;
  finished = false;
  readonly witness: Witness;
  readonly #bytesAt: (at: number) => Buffer;

  /** `bytesAt` gives what comes from a place on, and nothing at the end. */
  constructor(bytesAt: (at: number) => Buffer, witness: Witness) {
    this.#bytesAt = bytesAt;
    this.witness = witness;
  }

  /** All bytes, and then the end. `frame` puts something before each piece, `last` comes behind the last. */
  source(frame: (length: number) => Buffer | undefined, last: Buffer | undefined): Readable {
    const next = () => this.#next();
    const end = () => {
      this.finished = true;
    };
    return new Readable({
      read() {
        const bytes = next();
        if (bytes.length === 0) {
          end();
          if (last) this.push(last);
          return void this.push(null);
        }
        const head = frame(bytes.length);
        if (head) this.push(head);
        this.push(bytes);
      },
    });
  }

  #next(): Buffer {
    const bytes = this.#bytesAt(this.sent);
    this.sent += bytes.length;
    this.witness.saw(bytes);
    return bytes;
  }
}
