// The places pipes are tested in: each makes connected pairs and knows how to wait there.
import type { END, Pipe, RESET } from '../contract/pipe.ts';

export interface PipeWorld {
  readonly name: string;
  /** How a reset reads at the other end. `end`: the carrier knows no RST (Unix sockets), so END is right too. */
  readonly resets: 'reset' | 'end';
  /** How a stream reads that the carrier ended without the pipe's own farewell (TLS without close_notify, a cut link). */
  readonly cutReads: typeof END | typeof RESET;
  /** Bytes a writer may get rid of while nobody reads: the pipes' own bounds, and the kernel's on the way. */
  readonly heldBytesMax: number;
  /** Bytes of the long talk, each way. */
  readonly bulkBytes: number;
  open(): Promise<Ground>;
}

export interface Ground {
  /** Connected. The first end was dialled. */
  pair(): Promise<readonly [Pipe, Pipe]>;
  /** A connected pipe, and what ends its carrier from the other side without a farewell. */
  cuttable(): Promise<{ readonly pipe: Pipe; readonly cut: () => void }>;
  /** Lets turns pass until it is so; throws after a while. */
  until(fact: () => boolean): Promise<void>;
  /** Lets so many turns pass that whatever is under way would have arrived. */
  rest(): Promise<void>;
  /** What owners threw; whoever makes one throw takes it out. */
  readonly defects: unknown[];
  /** Frees everything; rejects if something is left that the process did not hold before. */
  close(): Promise<void>;
}

const PATIENCE_MS = 10_000;

/** Waiting on real turns. Eager at first, then without burning the processor. */
export async function untilInTurns(fact: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let turn = 0; !fact(); turn++) {
    if (performance.now() > deadline) throw new Error(`it never became so: ${fact}`);
    await (turn < 500 ? turns(1) : new Promise((later) => setTimeout(later, 1)));
  }
}

export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((later) => setImmediate(later));
}
