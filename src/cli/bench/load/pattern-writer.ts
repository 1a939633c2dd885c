// Writes bytes of the pattern as fast as they are taken: a little ahead of the kernel, never the whole body at once.
import { PIECE_BYTES, piece } from './pattern.ts';

/** Pieces on their way to the kernel at once: the next one is there when one is taken. */
const AHEAD = 2;

export interface Sink {
  write(bytes: Buffer, taken: () => void): unknown;
}

/** `taken` is told of every piece that the kernel took, `done` once when all are. */
export function writePattern(
  sink: Sink,
  from: number,
  length: number,
  taken: (bytes: number) => void,
  done: () => void = () => {},
): void {
  let next = 0;
  let left = length;
  const more = () => {
    const bytes = piece(from + next, Math.min(PIECE_BYTES, length - next));
    next += bytes.length;
    sink.write(bytes, () => {
      taken(bytes.length);
      left -= bytes.length;
      if (next < length) more();
      else if (left === 0) done();
    });
  };
  for (let i = 0; i < AHEAD && next < length; i++) more();
}
