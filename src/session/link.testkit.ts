/** A link that gives the bytes it was made with in pieces of a size, and takes as much as it has room for. */
import type { Arena, Pipe } from '../contract/pipe.ts';
import { NO_PIPE } from './no-pipe.ts';

export class PieceLink {
  room = Number.POSITIVE_INFINITY;
  writes = 0;
  taken = Buffer.alloc(0);
  readonly pipe: Pipe;

  constructor(bytes: Buffer = Buffer.alloc(0), piece: () => number = () => bytes.length) {
    let at = 0;
    this.pipe = {
      ...NO_PIPE,
      get more() {
        return at < bytes.length;
      },
      read(into: Arena, to: number, max: number) {
        const part = Math.min(max, piece(), bytes.length - at);
        bytes.copy(into.bytes, to, at, at + part);
        at += part;
        return part;
      },
      write: (from: Arena, from_: number, length: number) => {
        const part = Math.min(length, this.room);
        this.room -= part;
        this.writes++;
        this.taken = Buffer.concat([this.taken, from.bytes.subarray(from_, from_ + part)]);
        return part;
      },
    };
  }
}
