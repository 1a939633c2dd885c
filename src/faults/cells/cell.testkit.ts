import { setTimeout as elapse } from 'node:timers/promises';
import type { Ledger } from '../ledger.ts';
import type { Line } from '../line.testkit.ts';
import type { Chance } from '../shape.ts';

/** Traffic that does not come back is a finding. Where an RST was lost, the product's keep-alive finds out after 70 s. */
const TRAFFIC_MS = 120_000;

/** One kind of fault at one place of a line. */
export interface Cell {
  readonly kind: string;
  readonly place: string;
  /** Roughly how long one takes; what is dear comes seldom. */
  readonly cost: number;
  /** Begins when bytes are in flight. Resolves with how much it did, in the unit of its kind; 0: it did not land. */
  readonly inflict: (line: Line) => Promise<number>;
}

export interface Afflicting {
  readonly ledger: Ledger;
  readonly chance: Chance;
  /** How long links took to be let go by both sides after a peer was gone without a word. */
  readonly noticedMs: number[];
  /** Some faults last longer than a silent peer is waited for. */
  readonly patient: boolean;
}

/** Resolves when bytes have come just now; with the connection on which they did. */
export async function busy<T>(stretch: { readonly port: number; busy(): Promise<T> }): Promise<T> {
  const late = new AbortController();
  const none = elapse(TRAFFIC_MS, 'none' as const, { signal: late.signal }).catch(() => 'none' as const);
  const found = await Promise.race([stretch.busy(), none]);
  late.abort();
  if (found === 'none') throw new Error(`no bytes through the relay at ${stretch.port} for ${TRAFFIC_MS} ms`);
  return found;
}
