/** Takes pieces of any size and gives whole frames, holding exactly what `nextFrame` says it waits for. */
import type { Crc32 } from './crc.ts';
import { nextFrame } from './decoder.ts';
import { type FrameBounds, HEADER_BYTES } from './frame.ts';

export interface WholeFrame {
  readonly type: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export class FrameReader {
  readonly #bounds: FrameBounds;
  readonly #crc32: Crc32 | undefined;
  /** As large as the bound that the protocol states, and never larger: a decoder that waits for more cannot go on. */
  readonly #store: Buffer;
  #held = 0;
  #wanted = HEADER_BYTES;

  constructor(bounds: FrameBounds, crc32?: Crc32) {
    this.#bounds = bounds;
    this.#crc32 = crc32;
    this.#store = Buffer.alloc(bounds.storeBytesMax);
  }

  /** Adds whole frames to `frames`. Throws ProtocolError as soon as a header is not legal; then nothing more may be pushed. */
  push(piece: Buffer, frames: WholeFrame[] = []): WholeFrame[] {
    for (let at = 0; at < piece.length; ) {
      const taken = piece.copy(this.#store, this.#held, at, at + this.#wanted - this.#held);
      if (taken === 0) throw new Error(`it waits for ${this.#wanted} bytes where ${this.#store.length} is the bound`);
      at += taken;
      this.#held += taken;
      if (this.#held === this.#wanted) this.#look(frames);
    }
    return frames;
  }

  #look(frames: WholeFrame[]): void {
    const found = nextFrame(this.#store, 0, this.#held, this.#bounds, this.#crc32);
    if (typeof found === 'number') {
      if (found <= this.#held) throw new Error(`it holds ${this.#held} bytes and still waits for ${found}`);
      this.#wanted = found;
      return;
    }
    const { type, stream, payloadAt, length } = found;
    frames.push({ type, stream, payload: Buffer.from(this.#store.subarray(payloadAt, payloadAt + length)) });
    this.#held = 0;
    this.#wanted = HEADER_BYTES;
  }
}

/** Cuts bytes into pieces of the sizes given, over and over; the last is what is left. */
export function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = Math.max(1, sizes[pieces.length % sizes.length]!);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}
