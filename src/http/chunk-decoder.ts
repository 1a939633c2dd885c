// The chunked coding (RFC 9112 §7.1) taken off in place: what is left of the bytes moves to the front of where they stand.
import type { ErrorCode } from '../contract/errors.ts';
import type { LimitName, Limits } from '../contract/limits.ts';
import type { Fields } from '../contract/message.ts';
import { CLASS, TEXT } from './syntax.ts';
import { TrailerReader } from './trailer-reader.ts';

const STATE = {
  /** A digit must come. */
  size: 0,
  /** A digit, `;`, blank or CR may come. */
  sizeMore: 1,
  /** Blanks after the size: only `;` makes them legal. */
  blank: 2,
  extension: 3,
  sizeLf: 4,
  data: 5,
  dataCr: 6,
  dataLf: 7,
  trailers: 8,
  done: 9,
} as const;
type State = (typeof STATE)[keyof typeof STATE];

/** 16 digits can say more than 2^53; the value is checked besides. */
const SIZE_DIGITS_MAX = 16;
/** Below this a loop beats the call of `copyWithin`. */
const SMALL_MOVE = 32;

export class ChunkDecoder {
  readonly #limits: Limits;
  readonly #plainTrailers: boolean;
  #state: State = STATE.size;
  #digits = 0;
  #lineBytes = 0;
  /** Of the chunk: its size while it is read, then its bytes that are still to come. Exact above 2^32. */
  #left = 0;
  #trailers: TrailerReader | undefined;
  /** Of the last `decode`: body bytes left standing from its start, and bytes it looked at; the rest is of the next message. */
  out = 0;
  used = 0;
  fault: ErrorCode | undefined;
  /** The bound behind the fault, if it was one. */
  limit: LimitName | undefined;

  /** `plainTrailers`: drop trailers whose names hold odd bytes (X9). */
  constructor(limits: Limits, plainTrailers: boolean) {
    this.#limits = limits;
    this.#plainTrailers = plainTrailers;
  }

  get done(): boolean {
    return this.#state === STATE.done;
  }

  /** Once done; empty if there were none. */
  get trailers(): Fields {
    return this.#trailers?.fields ?? [];
  }

  /** Bytes that surely belong to the body, so that nothing behind the message is read along. */
  get sure(): number {
    return this.#state === STATE.data ? this.#left : 0;
  }

  /** Decodes `bytes[at, at+length)` in place until the end of the message or a fault. */
  decode(bytes: Buffer, at: number, length: number): void {
    const end = at + length;
    let i = at;
    let out = at;
    while (i < end && this.#state !== STATE.done && this.fault === undefined) {
      if (this.#state === STATE.data) {
        const count = Math.min(this.#left, end - i);
        move(bytes, out, i, count);
        out += count;
        i += count;
        this.#left -= count;
        if (this.#left === 0) this.#state = STATE.dataCr;
      } else if (this.#state === STATE.trailers) {
        i += this.#readTrailers(bytes, i, end - i);
      } else {
        this.#framing(bytes[i] as number);
        i += 1;
      }
    }
    this.out = out - at;
    this.used = i - at;
  }

  #framing(byte: number): void {
    switch (this.#state) {
      case STATE.size:
      case STATE.sizeMore:
        this.#sizeByte(byte);
        break;
      case STATE.blank:
      case STATE.extension:
        this.#extensionByte(byte);
        break;
      case STATE.sizeLf:
        if (byte !== 0x0a) this.fault = 'TK-3004';
        else this.#state = this.#left === 0 ? STATE.trailers : STATE.data;
        break;
      case STATE.dataCr:
        if (byte !== 0x0d) this.fault = 'TK-3004';
        this.#state = STATE.dataLf;
        break;
      default:
        if (byte !== 0x0a) this.fault = 'TK-3004';
        this.#startLine();
    }
  }

  #startLine(): void {
    this.#state = STATE.size;
    this.#digits = 0;
    this.#lineBytes = 0;
  }

  #sizeByte(byte: number): void {
    const digit = HEX[byte] as number;
    if (digit >= 0) {
      // Not a shift: sizes go beyond 32 bits.
      this.#left = this.#left * 16 + digit;
      this.#digits += 1;
      if (this.#digits > SIZE_DIGITS_MAX || this.#left > Number.MAX_SAFE_INTEGER) this.fault = 'TK-3004';
      this.#state = STATE.sizeMore;
      this.#countLine();
    } else if (this.#state === STATE.size) {
      this.fault = 'TK-3004';
    } else {
      this.#state = STATE.blank;
      this.#extensionByte(byte);
    }
  }

  /** Extensions are read and forgotten; blanks before the first `;` are its "bad white space", and legal only with it. */
  #extensionByte(byte: number): void {
    this.#countLine();
    if (this.#state === STATE.blank) {
      if (byte === 0x3b) this.#state = STATE.extension;
      else if (byte === 0x0d && this.#lineBytes === this.#digits + 1) this.#state = STATE.sizeLf;
      else if (byte !== 0x20 && byte !== 0x09) this.fault = 'TK-3004';
    } else if (byte === 0x0d) {
      this.#state = STATE.sizeLf;
    } else if (((CLASS[byte] as number) & TEXT) === 0) {
      this.fault = 'TK-3004';
    }
  }

  #countLine(): void {
    this.#lineBytes += 1;
    // The CR is counted too, so the bound is on the line without it.
    if (this.#lineBytes <= this.#limits.chunkLineBytes + 1) return;
    this.fault = 'TK-3014';
    this.limit = 'chunkLineBytes';
  }

  #readTrailers(bytes: Buffer, at: number, length: number): number {
    this.#trailers ??= new TrailerReader(this.#limits, this.#plainTrailers);
    const used = this.#trailers.read(bytes, at, length);
    if (used < 0) {
      this.fault = 'TK-3004';
      this.limit = this.#trailers.limit;
      return length;
    }
    if (this.#trailers.done) this.#state = STATE.done;
    return used;
  }
}

const HEX = Int8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  return /[0-9A-Fa-f]/.test(char) ? Number.parseInt(char, 16) : -1;
});

function move(bytes: Buffer, to: number, from: number, count: number): void {
  if (to === from) return;
  if (count > SMALL_MOVE) {
    bytes.copyWithin(to, from, from + count);
    return;
  }
  for (let i = 0; i < count; i++) bytes[to + i] = bytes[from + i] as number;
}
