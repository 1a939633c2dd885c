import type { Clock, Timer } from '../contract/clock.ts';

/**
 * Deadlines that all lie equally far ahead, for any number of items with one timer: what was added first is due first,
 * so a map in order of insertion is the whole queue. Used for idle connections and for answers that are awaited.
 */
export class Deadlines<Item> {
  readonly #clock: Clock;
  readonly #afterMs: number;
  readonly #due: (item: Item) => void;
  readonly #items = new Map<Item, number>();
  #timer: Timer | undefined;
  #retiring = false;

  constructor(clock: Clock, afterMs: number, due: (item: Item) => void) {
    this.#clock = clock;
    this.#afterMs = afterMs;
    this.#due = due;
  }

  /** Items whose time runs. */
  get size(): number {
    return this.#items.size;
  }

  /** Starts the item's time, anew if it is running. */
  add(item: Item): void {
    this.#items.delete(item);
    this.#items.set(item, this.#clock.now() + this.#afterMs);
    this.#timer ??= this.#clock.after(this.#afterMs, this.#look);
  }

  /** Takes the item out. The timer stays: most items end long before it, and arming one for each is what costs. */
  remove(item: Item): void {
    this.#items.delete(item);
    if (this.#retiring) this.#stopIfEmpty();
  }

  /** No more items are to come: the timer goes with the last one that is there. */
  retire(): void {
    this.#retiring = true;
    this.#stopIfEmpty();
  }

  #stopIfEmpty(): void {
    if (this.#items.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  readonly #look = (): void => {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (const [item, at] of this.#items) {
      if (at > now) {
        this.#timer ??= this.#clock.after(at - now, this.#look);
        return;
      }
      this.#items.delete(item);
      this.#due(item);
    }
  };
}
