/** Frame types (RFC 9113 §6) that somebody here looks at. */
export const FRAME = { data: 0, headers: 1, reset: 3, windowUpdate: 8, continuation: 9 } as const;
export const END_STREAM = 1;
export const END_HEADERS = 4;

const HEADER_BYTES = 9;
/** A reset is told with its code, which is its whole payload. */
const RESET_BYTES = HEADER_BYTES + 4;

/** `code`: of a reset; 0 for any other frame. */
export type FrameSeen = (type: number, flags: number, stream: number, length: number, code: number) => void;

/** Finds the frames in one direction of a connection, whatever its parts are. Stores at most one header, and judges nothing. */
export class FrameScanner {
  readonly #seen: FrameSeen;
  readonly #header = Buffer.alloc(RESET_BYTES);
  #have = 0;
  /** Bytes of a payload, or of the preface, that are still to pass. */
  #skip: number;

  /** `skip`: bytes before the first frame. */
  constructor(seen: FrameSeen, skip: number) {
    this.#seen = seen;
    this.#skip = skip;
  }

  see(bytes: Buffer, from: number, length: number): void {
    const end = from + length;
    let at = from;
    while (at < end) {
      const passed = Math.min(this.#skip, end - at);
      this.#skip -= passed;
      at += passed;
      if (at < end) at = this.#gather(bytes, at, end);
    }
  }

  #gather(bytes: Buffer, at: number, end: number): number {
    const header = this.#header;
    const need = this.#have < HEADER_BYTES ? HEADER_BYTES : RESET_BYTES;
    const taken = Math.min(need - this.#have, end - at);
    bytes.copy(header, this.#have, at, at + taken);
    this.#have += taken;
    if (this.#have < need) return at + taken;
    const length = header.readUIntBE(0, 3);
    const isReset = header[3] === FRAME.reset && length === RESET_BYTES - HEADER_BYTES;
    if (isReset && need === HEADER_BYTES) return at + taken;
    this.#have = 0;
    this.#skip = isReset ? 0 : length;
    const stream = header.readUInt32BE(5) & 0x7fff_ffff;
    this.#seen(
      header[3] as number,
      header[4] as number,
      stream,
      length,
      isReset ? header.readUInt32BE(HEADER_BYTES) : 0,
    );
    return at + taken;
  }
}
