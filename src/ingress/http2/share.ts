import type { WindowShare } from '../../contract/pipe.ts';

/** What the answers of one connection may have waiting together beyond the least of each: there may be 100, of visitors that never read. */
export class Share implements WindowShare {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  take(bytes: number): number {
    const taken = Math.min(bytes, this.#left);
    this.#left -= taken;
    return taken;
  }

  giveBack(bytes: number): void {
    this.#left += bytes;
  }
}
