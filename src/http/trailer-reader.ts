// The trailer section of a chunked body (RFC 9112 §7.1.2). Rare and small, so it is gathered whole and then read like a head.
import type { LimitName, Limits } from '../contract/limits.ts';
import type { Fields } from '../contract/message.ts';
import { readFields, withoutFields } from './field-section.ts';
import { BAD_BYTE, HeadScan, MORE, TOO_MANY_LINES } from './head-scan.ts';
import { isForbiddenTrailer } from './known-fields.ts';

export class TrailerReader {
  readonly #scan: HeadScan;
  readonly #bytesMax: number;
  readonly #plainOnly: boolean;
  #gathered = Buffer.alloc(0);
  /** Without the forbidden ones, which are dropped (P11). */
  fields: Fields = [];
  done = false;
  /** The bound that made the section illegal, if it was one. */
  limit: LimitName | undefined;

  constructor(limits: Limits, plainOnly: boolean) {
    const { trailerBytes, trailerCount } = limits;
    // The scan's first line is a field here, so one line less than in a head.
    this.#scan = new HeadScan({ lineBytes: trailerBytes, headBytes: trailerBytes, fieldCount: trailerCount - 1 });
    this.#bytesMax = trailerBytes;
    this.#plainOnly = plainOnly;
  }

  /** Takes bytes up to the empty line. Returns how many it took, or -1 if the section is not legal. */
  read(bytes: Buffer, at: number, length: number): number {
    const before = this.#gathered.length;
    // One more than the bound is enough to see that it was passed.
    const taken = Math.min(length, this.#bytesMax + 1 - before);
    this.#gathered = Buffer.concat([this.#gathered, bytes.subarray(at, at + taken)]);
    const end = this.#scan.scan(this.#gathered, 0, this.#gathered.length);
    if (end === MORE) return taken;
    if (end < 0 && end !== BAD_BYTE) this.limit = end === TOO_MANY_LINES ? 'trailerCount' : 'trailerBytes';
    if (end < 0 || !this.#readSection(end)) return -1;
    this.done = true;
    return end - before;
  }

  #readSection(end: number): boolean {
    const text = this.#gathered.toString('latin1', 0, end);
    const { lineEnds: ends, lines } = this.#scan;
    const source = { bytes: this.#gathered, at: 0, text, ends, from: 0, to: lines, plainOnly: this.#plainOnly };
    const section = readFields(source);
    if (typeof section === 'string') return false;
    this.fields = withoutFields(section.fields, isForbiddenTrailer);
    return true;
  }
}
