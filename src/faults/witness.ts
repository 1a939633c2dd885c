import { createHash } from 'node:crypto';

/** SHA-256 of all bytes that passed one end: a second witness, which knows nothing of what the bytes ought to be. */
export class Witness {
  readonly #hash = createHash('sha256');

  saw(bytes: Buffer): void {
    this.#hash.update(bytes);
  }

  /** It saw the same bytes so far. */
  agrees(other: Witness): boolean {
    const [ours, theirs] = [this, other].map((each) => each.#hash.copy().digest());
    return ours!.equals(theirs!);
  }
}
