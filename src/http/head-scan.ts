// Finds where a head ends and where its lines end. Knows CRLF and bounds; refuses to know what the lines say.

/** What `HeadScan.scan` answers when it is not a length. */
export const MORE = 0;
export const BAD_BYTE = -1;
export const LINE_TOO_LONG = -2;
export const HEAD_TOO_LARGE = -3;
export const TOO_MANY_LINES = -4;

export interface HeadBounds {
  /** Bytes of the first line, without its CRLF. */
  readonly lineBytes: number;
  /** Bytes from the first line to the empty one, both included. */
  readonly headBytes: number;
  readonly fieldCount: number;
}

/** A thousand lines are ten times the bound on fields: one table serves every head of the thread, since none outlives its parse. */
const LINE_ENDS = new Int32Array(1_024);

/**
 * Looks for the empty line, remembering how far it looked: however a head is split, each byte is looked at twice at most.
 * Bare CR, bare LF and controls end it at once, so that nobody can park a head that will never be legal.
 */
export class HeadScan {
  readonly #bounds: HeadBounds;
  #scanned = 0;
  #lineStart = 0;
  #lines = 0;

  constructor(bounds: HeadBounds) {
    this.#bounds = bounds;
  }

  /** Offsets of the CR of every line, from the start of the head; good until the next scan of any head. */
  get lineEnds(): Int32Array {
    return LINE_ENDS;
  }

  /** Lines of the head that `scan` found, without the empty one. */
  get lines(): number {
    return this.#lines;
  }

  /** True while part of a head has been seen. */
  get begun(): boolean {
    return this.#scanned > 0;
  }

  reset(): void {
    this.#scanned = 0;
    this.#lineStart = 0;
    this.#lines = 0;
  }

  /**
   * `bytes[at, at+length)` holds the head from its first byte, always the same ones and maybe more than last time.
   * Returns the length of the head with its empty line, MORE, or one of the negative answers.
   */
  scan(bytes: Buffer, at: number, length: number): number {
    const resumed = this.#scanned > 0;
    const found = this.#walk(bytes, at, length);
    if (found <= 0 || !resumed) return found;
    // The table was lent to other heads since: fill it anew.
    this.reset();
    return this.#walk(bytes, at, found);
  }

  #walk(bytes: Buffer, at: number, length: number): number {
    let i = this.#scanned;
    while (i < length) {
      const byte = bytes[at + i] as number;
      // What `TEXT` is, without the table: this line runs for every byte of every head.
      if ((byte >= 0x20 && byte !== 0x7f) || byte === 0x09) {
        i += 1;
        continue;
      }
      if (byte !== 0x0d) return BAD_BYTE;
      if (i + 1 === length) break;
      if (bytes[at + i + 1] !== 0x0a) return BAD_BYTE;
      if (i === this.#lineStart) return i + 2 > this.#bounds.headBytes ? HEAD_TOO_LARGE : i + 2;
      const fault = this.#lineEnded(i);
      if (fault !== 0) return fault;
      i += 2;
      this.#lineStart = i;
    }
    this.#scanned = i;
    if (this.#lines === 0 && i > this.#bounds.lineBytes) return LINE_TOO_LONG;
    return length >= this.#bounds.headBytes ? HEAD_TOO_LARGE : MORE;
  }

  #lineEnded(end: number): number {
    if (this.#lines === 0 && end > this.#bounds.lineBytes) return LINE_TOO_LONG;
    if (this.#lines > this.#bounds.fieldCount || this.#lines >= LINE_ENDS.length) return TOO_MANY_LINES;
    LINE_ENDS[this.#lines] = end;
    this.#lines += 1;
    return 0;
  }
}
