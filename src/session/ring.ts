/** A queue in one array that grows to what it once held: no object for each entry. Knows nothing of its entries. */

/** Above this many places an emptied ring lets its array go. */
const PLACES_KEPT = 1_024;
const PLACES_FIRST = 8;

export class Ring<T> {
  #places: (T | undefined)[] = [];
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get first(): T | undefined {
    return this.#length === 0 ? undefined : this.#places[this.#head];
  }

  push(item: T): void {
    if (this.#length === this.#places.length) this.#grow();
    this.#places[(this.#head + this.#length) & (this.#places.length - 1)] = item;
    this.#length++;
  }

  /** Puts it before the first. */
  unshift(item: T): void {
    if (this.#length === this.#places.length) this.#grow();
    this.#head = (this.#head - 1) & (this.#places.length - 1);
    this.#places[this.#head] = item;
    this.#length++;
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#places[this.#head];
    this.#places[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#places.length - 1);
    this.#length--;
    if (this.#length === 0 && this.#places.length > PLACES_KEPT) this.#places = [];
    return item;
  }

  clear(): void {
    this.#places = [];
    this.#head = 0;
    this.#length = 0;
  }

  /** The number of places stays a power of two, so that a mask wraps the index. */
  #grow(): void {
    const old = this.#places;
    const grown = new Array<T | undefined>(Math.max(PLACES_FIRST, old.length * 2)).fill(undefined);
    for (let i = 0; i < this.#length; i++) grown[i] = old[(this.#head + i) & (old.length - 1)];
    this.#places = grown;
    this.#head = 0;
  }
}
