// Messages that were received and not yet read, as one run of bytes. Knows nothing of where they came from, and does not bound
// itself: whoever adds looks at `held`.
import type { Arena } from '../contract/pipe.ts';

/** What a message counts besides its bytes: the objects that hold it, so that a flood of tiny ones fills a bound too. */
const MESSAGE_COST = 128;

export class UnreadMessages {
  #messages: Buffer[] = [];
  /** Bytes already taken of the first one. */
  #taken = 0;
  #held = 0;

  get empty(): boolean {
    return this.#messages.length === 0;
  }

  /** Bytes, with the cost of each message. */
  get held(): number {
    return this.#held;
  }

  /** Keeps the buffer, which must not be empty. */
  add(message: Buffer): void {
    this.#messages.push(message);
    this.#held += message.length + MESSAGE_COST;
  }

  /** Moves up to `max` bytes, across messages. Returns their number. */
  take(into: Arena, at: number, max: number): number {
    let moved = 0;
    let used = 0;
    for (const message of this.#messages) {
      const count = Math.min(message.length - this.#taken, max - moved);
      message.copy(into.bytes, at + moved, this.#taken, this.#taken + count);
      moved += count;
      this.#taken += count;
      if (this.#taken < message.length) break;
      this.#taken = 0;
      used++;
      if (moved === max) break;
    }
    this.#messages.splice(0, used);
    this.#held -= moved + used * MESSAGE_COST;
    return moved;
  }

  clear(): void {
    this.#messages = [];
    this.#taken = 0;
    this.#held = 0;
  }
}
