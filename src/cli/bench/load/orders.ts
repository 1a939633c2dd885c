// What the bench tells a load process to do, and what comes back. Types only.
import type { Sparse } from './histogram.ts';

export interface At {
  readonly host: string;
  readonly port: number;
}

/** Work of `visitors` for `seconds`, counted after `settleMs`. */
export interface Timed {
  readonly at: At;
  readonly visitors: number;
  readonly seconds: number;
  readonly settleMs: number;
}

/** One small request after the other on a connection that is kept, or each on a connection of its own. */
export interface HttpOrder extends Timed {
  readonly kind: 'requests' | 'connections';
  readonly hostHeader: string;
}

export type Order =
  | HttpOrder
  /** One body after the other; every byte is compared. */
  | (Timed & { readonly kind: 'download' | 'upload' })
  /** One byte there and back. */
  | (Timed & { readonly kind: 'pingpong' })
  /** Opens or closes connections until there are `visitors` of them, each of which was heard through once. */
  | { readonly kind: 'idle'; readonly at: At; readonly visitors: number };

export interface Answer {
  /** Requests, connections, bytes or round trips. */
  readonly amount: number;
  readonly seconds: number;
  /** In µs. */
  readonly times: Sparse;
}

export type Reply = { readonly answer: Answer } | { readonly error: string };
