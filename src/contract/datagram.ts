import type { Pipe } from './pipe.ts';

/** The most that one datagram holds over IPv4: 65,535 less the headers of IP (20) and UDP (8). */
export const DATAGRAM_BYTES_MAX = 65_507;

/**
 * One end of a flow of datagrams, in a stream's hands as a pipe is. Boundaries are kept, and an empty datagram is one too. Nothing
 * waits for anybody: what cannot be taken at once is dropped, and counted by whoever drops it. So there is no credit and no FIN;
 * a flow ends by `reset`, `close` or a break, and `read` and `write` move nothing.
 */
export interface DatagramPipe extends Pipe {
  readonly carries: 'datagrams';
  /** Bytes of the datagram that `take` gives next; -1: none waits. */
  readonly nextBytes: number;
  /** Moves the next datagram out, which must be there; undefined throws it away, and counts it. */
  take(into: Buffer | undefined, at: number): void;
  /** Sends one on. Keeps no reference to it. */
  deliver(from: Buffer, at: number, length: number): void;
}
