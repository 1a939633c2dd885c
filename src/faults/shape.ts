/** How a fault acts on one lane of the relay. Knows nothing of sockets: it is asked about the bytes at the head of a queue. */

/** Chance from a seed: `Random` of the memory reactor, or anything like it. */
export interface Chance {
  /** Uniform in [0, 1). */
  next(): number;
  /** An integer from `least` to `most`, both possible. */
  between(least: number, most: number): number;
}

/** How many bytes on something happens: as often within ten as within ten thousand of those after them. */
export const offsetOf = (chance: Chance) => Math.floor(100_000 ** chance.next());

/** What becomes of the bytes at the head of the queue; a FIN stands there as 0 bytes. */
export type Passage =
  /** So many go on. */
  | { readonly pass: number }
  /** All of them are lost, and nobody is told. */
  | 'drop'
  | { readonly waitMs: number }
  /** The lane ends here: with FIN, and the rest is lost; or both lanes with RST. */
  | 'fin'
  | 'rst';

export interface Shape {
  /** Everything is lost, also what the reader has no room for. */
  readonly drops?: boolean;
  /** `cameAt` and `now` in milliseconds of one clock. */
  passage(length: number, cameAt: number, now: number): Passage;
}

export const FAULT_KINDS = ['latency', 'bandwidth', 'slice', 'stall', 'half-open', 'reset', 'limit'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** One fault, decided by chance before it begins. */
export interface Fault {
  readonly kind: FaultKind;
  /** Of the visitor's bytes, the origin's, or both. */
  readonly lanes: readonly ('up' | 'down')[];
  /** It is lifted after this long; undefined: it ends the connection, or lasts until that is over. */
  readonly forMs: number | undefined;
  /**
   * The peers are not told of each other's end: each has to notice by itself. When the time is up both are reset; `forgotten`: it
   * is over as soon as both have noticed.
   */
  readonly silent?: 'for a while' | 'forgotten';
  /** A shape for each lane. */
  shape(): Shape;
}
