// Whole frames out of bytes as they come.
const HEADER_BYTES = 9;

export class FrameReader {
  readonly #tell: (type: number, flags: number, stream: number, payload: Buffer) => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(tell: (type: number, flags: number, stream: number, payload: Buffer) => void) {
    this.#tell = tell;
  }

  take(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    for (;;) {
      if (this.#rest.length < HEADER_BYTES) return;
      const header = this.#rest;
      const end = HEADER_BYTES + header.readUIntBE(0, 3);
      if (header.length < end) return;
      this.#rest = header.subarray(end);
      const stream = header.readUInt32BE(5) & 0x7fff_ffff;
      this.#tell(header[3] as number, header[4] as number, stream, header.subarray(HEADER_BYTES, end));
    }
  }
}
