// One direction between two ends: a ring of bytes that were written and not yet read, of which the first may have arrived.

export class Lane {
  readonly capacity: number;
  /** Allocated with the first byte and let go with `drop`: an end that never spoke costs nothing. */
  #ring: Buffer | undefined;
  #head = 0;
  #held = 0;
  #arrived = 0;

  /** `capacity` (≥ 1): bytes under way and unread together. */
  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** Bytes that may be written. */
  get room(): number {
    return this.capacity - this.#held;
  }

  /** Bytes that may be read. */
  get arrived(): number {
    return this.#arrived;
  }

  /** Copies `length` (≤ room) bytes in. They are under way until `arrive` says otherwise. */
  put(from: Buffer, at: number, length: number): void {
    this.#ring ??= Buffer.allocUnsafe(this.capacity);
    const start = (this.#head + this.#held) % this.capacity;
    const first = Math.min(length, this.capacity - start);
    from.copy(this.#ring, start, at, at + first);
    from.copy(this.#ring, 0, at + first, at + length);
    this.#held += length;
  }

  /** The next `length` bytes under way may be read now. */
  arrive(length: number): void {
    this.#arrived = Math.min(this.#held, this.#arrived + length);
  }

  /** Copies `length` (≤ arrived) bytes out. */
  take(into: Buffer, at: number, length: number): void {
    if (this.#ring === undefined) return;
    const first = Math.min(length, this.capacity - this.#head);
    this.#ring.copy(into, at, this.#head, this.#head + first);
    this.#ring.copy(into, at + first, 0, length - first);
    this.discard(length);
  }

  /** Forgets `length` (≤ arrived) bytes unread. */
  discard(length: number): void {
    this.#head = (this.#head + length) % this.capacity;
    this.#held -= length;
    this.#arrived -= length;
  }

  /** Forgets everything. */
  drop(): void {
    this.#ring = undefined;
    this.#head = 0;
    this.#held = 0;
    this.#arrived = 0;
  }
}
