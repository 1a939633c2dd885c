// How long an authority is left alone after a failure. Pure.
import type { FaultKind } from './fault.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

interface Steps {
  readonly firstMs: number;
  readonly mostMs: number;
}

const STEPS: Readonly<Record<FaultKind, Steps>> = {
  network: { firstMs: 15_000, mostMs: 30 * MINUTE_MS },
  // Somebody is mending DNS or a firewall right now; yet Let's Encrypt allows five such failures of a name in an hour.
  challenge: { firstMs: 3 * MINUTE_MS, mostMs: 6 * HOUR_MS },
  busy: { firstMs: HOUR_MS, mostMs: 24 * HOUR_MS },
  refused: { firstMs: 2 * HOUR_MS, mostMs: 24 * HOUR_MS },
};
/** Many names that failed at one moment do not come back at one moment. */
const SPREAD = 0.25;

/**
 * Milliseconds until the next try, after `failures` (≥ 1) in a row: doubled each time. Where the authority says when, that is
 * obeyed: never sooner, and not much later. `chance`: 0 up to 1.
 */
export function retryDelayMs(
  fault: { readonly kind: FaultKind; readonly retryAfterMs: number | undefined },
  failures: number,
  chance: number,
): number {
  const { firstMs, mostMs } = STEPS[fault.kind];
  const own = Math.min(firstMs * 2 ** (failures - 1), mostMs);
  const base = fault.retryAfterMs ?? own;
  return Math.round(base + Math.min(base, own) * SPREAD * chance);
}
