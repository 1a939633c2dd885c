import { createHash } from 'node:crypto';

/** SHA-256 of all bytes that passed one end: a second witness, which knows nothing of what the bytes ought to be. */
export class Witness {
  readonly #hash = createHash('sha256');

  saw(bytes: Buffer): void {
    this.#hash.update(bytes);
  }

  /** Of everything so far. */
  get digest(): string {
    return this.#hash.copy().digest('hex');
  }
}
