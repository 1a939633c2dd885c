// Much data, slow readers, and what they cost: bodies that depend on their place, and the memory of the processes in between.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Wire } from './raw/wire.ts';

export const MIB = 1_048_576;

/** A mebibyte that is the same for a place everywhere and for no other place. */
function block(place: number, into: Buffer): Buffer {
  for (let at = 0; at < into.length; at += 4_096) into.writeUInt32LE(place * 256 + at / 4_096, at);
  return into;
}

/** Sends so many mebibytes, and answers their digest; undefined if the other side ended before. */
export async function pourKeyed(wire: Wire, mebibytes: number): Promise<string | undefined> {
  const hash = createHash('sha256');
  for (let place = 0; place < mebibytes; place += 1) {
    const bytes = block(place, Buffer.alloc(MIB));
    hash.update(bytes);
    if (!(await wire.pour(bytes))) return undefined;
  }
  return hash.digest('hex');
}

/** Digests what comes behind a head, and keeps none of it. `chunked`: takes the framing off, which must be whole lines and data. */
export class Digest {
  bytes = 0;
  readonly #hash = createHash('sha256');
  readonly #chunks: ChunkReader | undefined;

  constructor(chunked: boolean) {
    this.#chunks = chunked ? new ChunkReader((data) => this.#take(data)) : undefined;
  }

  /** The last chunk has come. */
  get ended(): boolean {
    return this.#chunks?.ended ?? false;
  }

  take(data: Buffer): void {
    if (this.#chunks) this.#chunks.take(data);
    else this.#take(data);
  }

  hex(): string {
    return this.#hash.copy().digest('hex');
  }

  #take(data: Buffer): void {
    this.bytes += data.length;
    this.#hash.update(data);
  }
}

/** Chunks of any size, a piece at a time. */
class ChunkReader {
  ended = false;
  readonly #told: (data: Buffer) => void;
  #line = '';
  #left = 0;

  constructor(told: (data: Buffer) => void) {
    this.#told = told;
  }

  take(piece: Buffer): void {
    for (let at = 0; at < piece.length && !this.ended; ) {
      if (this.#left > 0) {
        const part = piece.subarray(at, at + this.#left);
        this.#told(part);
        this.#left -= part.length;
        at += part.length;
      } else {
        this.#line += String.fromCharCode(piece[at]!);
        at += 1;
        if (this.#line.endsWith('\n') && this.#line !== '\r\n') this.#size();
        else if (this.#line === '\r\n') this.#line = '';
      }
    }
  }

  #size(): void {
    this.#left = Number.parseInt(this.#line, 16);
    this.ended = this.#left === 0;
    this.#line = '';
  }
}

/** Resident mebibytes of all of them together. */
export function residentMib(pids: readonly number[]): number {
  const one = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1_024;
  return pids.reduce((sum, pid) => sum + one(pid), 0);
}

/** The most that they grow beyond what they hold now, until `stop`. */
export function watchGrowth(pids: readonly number[]): () => number {
  const before = residentMib(pids);
  let most = 0;
  const look = () => {
    most = Math.max(most, residentMib(pids) - before);
  };
  const timer = setInterval(look, 100);
  return () => {
    clearInterval(timer);
    look();
    return Math.round(most);
  };
}

/** Resolves when nothing more leaves: what the other side takes is all it will take. */
export async function blocked(wire: Wire, quietMs: number): Promise<number> {
  for (let sent = -1; ; ) {
    const now = wire.socket.bytesWritten - wire.socket.writableLength;
    if (now === sent) return now;
    sent = now;
    await new Promise((resolve) => setTimeout(resolve, quietMs));
  }
}
