/**
 * Counts the fields of a compressed section (RFC 7541 §6) without decompressing it: nghttp2 drops single fields that are not
 * legal instead of refusing the message, and fewer fields than were sent give it away. Stores no byte.
 */

const NAME_AND_VALUE = 2;

export class FieldCounter {
  fields = 0;
  /** Strings of the present field that are still to come. */
  #strings = 0;
  /** An integer goes on, of which so much is known; undefined between integers. */
  #integer: { value: number; factor: number; readonly isLength: boolean } | undefined;
  /** Bytes of a string that are still to pass. */
  #skip = 0;

  /** A section begins. */
  begin(): void {
    this.fields = 0;
    this.#strings = 0;
    this.#integer = undefined;
    this.#skip = 0;
  }

  see(bytes: Buffer, from: number, length: number): void {
    const end = from + length;
    let at = from;
    while (at < end) {
      const passed = Math.min(this.#skip, end - at);
      this.#skip -= passed;
      at += passed;
      if (at < end) this.#take(bytes[at++] as number);
    }
  }

  #take(byte: number): void {
    if (this.#integer !== undefined) this.#goOn(this.#integer, byte);
    else if (this.#strings > 0) this.#start(byte & 0x7f, 7, true);
    else this.#represent(byte);
  }

  /** The first byte of a field, or a change of the table's size. */
  #represent(byte: number): void {
    const prefix = byte >= 0x80 ? 7 : byte >= 0x40 ? 6 : byte >= 0x20 ? 5 : 4;
    const index = byte & (2 ** prefix - 1);
    if (prefix !== 5) this.fields += 1;
    if (prefix === 6 || prefix === 4) this.#strings = index === 0 ? NAME_AND_VALUE : 1;
    this.#start(index, prefix, false);
  }

  #start(value: number, prefix: number, isLength: boolean): void {
    if (value === 2 ** prefix - 1) this.#integer = { value, factor: 1, isLength };
    else if (isLength) this.#string(value);
  }

  #goOn(integer: { value: number; factor: number; readonly isLength: boolean }, byte: number): void {
    integer.value += (byte & 0x7f) * integer.factor;
    integer.factor *= 128;
    if (byte >= 0x80) return;
    this.#integer = undefined;
    if (integer.isLength) this.#string(integer.value);
  }

  #string(length: number): void {
    this.#strings -= 1;
    this.#skip = length;
  }
}
