/** Reads WebSocket frames (RFC 6455 §5.2) whose mask, if any, is zero: payloads come out as they are. */

export const BINARY = 2;
export const CLOSE = 8;

/** The head of a whole message in one frame. A visitor's is masked, here with zeros, so that nothing has to be copied. */
export function frameHead(opcode: number, length: number, masked: boolean): Buffer {
  const mask = masked ? 128 : 0;
  const head = length < 126 ? Buffer.alloc(2) : length < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10);
  head[0] = 128 | opcode;
  head[1] = mask | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return masked ? Buffer.concat([head, Buffer.alloc(4)]) : head;
}

export class FrameReader {
  readonly #told: { payload(bytes: Buffer): void; closed(): void };
  #head = Buffer.alloc(0);
  #left = 0;
  #closed = false;

  constructor(told: { payload(bytes: Buffer): void; closed(): void }) {
    this.#told = told;
  }

  take(bytes: Buffer): void {
    for (let at = 0; at < bytes.length && !this.#closed; ) {
      if (this.#left > 0) {
        const part = bytes.subarray(at, at + this.#left);
        this.#left -= part.length;
        at += part.length;
        this.#told.payload(part);
      } else {
        this.#head = Buffer.concat([this.#head, bytes.subarray(at, at + 1)]);
        at += 1;
        this.#begin();
      }
    }
  }

  #begin(): void {
    const head = this.#head;
    if (head.length < 2) return;
    const [first, second] = head as unknown as [number, number];
    const short = second & 127;
    const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
    if (head.length < 2 + lengthBytes + (second & 128 ? 4 : 0)) return;
    this.#left = lengthBytes === 8 ? Number(head.readBigUInt64BE(2)) : lengthBytes === 2 ? head.readUInt16BE(2) : short;
    this.#head = Buffer.alloc(0);
    if ((first & 15) !== CLOSE) return;
    this.#closed = true;
    this.#told.closed();
  }
}
