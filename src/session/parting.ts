import type { KeepAlive } from './keep-alive.ts';

/**
 * The last moment of a session that has said goodbye and has no stream left. A PING that leaves behind the GOAWAY asks whether anything
 * crossed it: behind the answer no OPEN can stand. A peer that says nothing is not waited for long.
 */
export class Parting {
  /** When it is over without an answer. */
  readonly until: number;
  readonly #keepAlive: KeepAlive;
  readonly #asked: number;

  /** Whoever makes it has a PING sent. */
  constructor(keepAlive: KeepAlive, until: number) {
    this.until = until;
    this.#keepAlive = keepAlive;
    this.#asked = keepAlive.nonce;
  }

  get answered(): boolean {
    return this.#keepAlive.answeredSince(this.#asked);
  }
}
