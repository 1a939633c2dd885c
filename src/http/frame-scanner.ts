/** Frame types (RFC 9113 §6) that somebody here looks at. */
export const FRAME = { data: 0, headers: 1, reset: 3, windowUpdate: 8, continuation: 9 } as const;
export const END_STREAM = 1;
export const END_HEADERS = 4;
const PADDED = 8;
const PRIORITY = 32;

const HEADER_BYTES = 9;
const PRIORITY_BYTES = 5;
/** A reset is told with its code, which is its whole payload. */
const CODE_BYTES = 4;

export interface FrameSink {
  /** A frame begins. `code`: of a reset; 0 for any other frame. */
  frame(type: number, flags: number, stream: number, length: number, code: number): void;
  /** Part of a field block, without padding. */
  block(bytes: Buffer, at: number, length: number): void;
  /** A field block has come to its end. */
  blockEnds(stream: number): void;
}

/** Finds the frames in one direction of a connection, whatever its parts are. Stores less than a header's worth, and judges nothing. */
export class FrameScanner {
  readonly #sink: FrameSink;
  /** The header, and what of the payload says how the rest of it is to be read. */
  readonly #front = Buffer.alloc(HEADER_BYTES + 1 + PRIORITY_BYTES);
  #have = 0;
  #need = HEADER_BYTES;
  /** Bytes of a field block that are still to come, and of what is to be passed over behind it. */
  #block = 0;
  #skip: number;

  /** `skip`: bytes before the first frame. */
  constructor(sink: FrameSink, skip: number) {
    this.#sink = sink;
    this.#skip = skip;
  }

  see(bytes: Buffer, from: number, length: number): void {
    const end = from + length;
    let at = from;
    while (at < end) at = this.#step(bytes, at, end - at);
  }

  #step(bytes: Buffer, at: number, left: number): number {
    if (this.#block > 0) {
      const part = Math.min(this.#block, left);
      this.#sink.block(bytes, at, part);
      this.#block -= part;
      if (this.#block === 0) this.#blockIsOver();
      return at + part;
    }
    if (this.#skip > 0) {
      const passed = Math.min(this.#skip, left);
      this.#skip -= passed;
      return at + passed;
    }
    const taken = Math.min(this.#need - this.#have, left);
    bytes.copy(this.#front, this.#have, at, at + taken);
    this.#have += taken;
    if (this.#have === this.#need) this.#gathered();
    return at + taken;
  }

  #gathered(): void {
    const more = this.#need === HEADER_BYTES ? this.#frontBytes() : 0;
    if (more > 0) {
      this.#need += more;
      return;
    }
    const front = this.#front;
    const { type, flags, length, stream } = this.#header;
    const rest = length - (this.#need - HEADER_BYTES);
    this.#sink.frame(type, flags, stream, length, type === FRAME.reset ? front.readUInt32BE(HEADER_BYTES) : 0);
    const hasBlock = type === FRAME.headers || type === FRAME.continuation;
    const padding = type === FRAME.headers && (flags & PADDED) !== 0 ? (front[HEADER_BYTES] as number) : 0;
    this.#block = hasBlock ? Math.max(0, rest - padding) : 0;
    this.#skip = rest - this.#block;
    this.#have = 0;
    this.#need = HEADER_BYTES;
    if (hasBlock && this.#block === 0) this.#blockIsOver();
  }

  /** How much of the payload is wanted with the header; none of one that is too short, which nghttp2 refuses. */
  #frontBytes(): number {
    const { type, flags, length } = this.#header;
    let bytes = type === FRAME.reset ? CODE_BYTES : 0;
    if (type === FRAME.headers)
      bytes = ((flags & PADDED) === 0 ? 0 : 1) + ((flags & PRIORITY) === 0 ? 0 : PRIORITY_BYTES);
    return bytes <= length ? bytes : 0;
  }

  get #header() {
    const front = this.#front;
    const stream = front.readUInt32BE(5) & 0x7fff_ffff;
    return { type: front[3] as number, flags: front[4] as number, length: front.readUIntBE(0, 3), stream };
  }

  #blockIsOver(): void {
    const { flags, stream } = this.#header;
    if ((flags & END_HEADERS) !== 0) this.#sink.blockEnds(stream);
  }
}
