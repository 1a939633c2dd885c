import type { ErrorCode } from '../contract/errors.ts';
import type { Holding } from '../contract/store.ts';

/**
 * Who may run an exposure that somebody else holds or runs: product.md "Identity" as one function.
 * Knows identities and the order of admission; no clock, no store.
 */

export interface Claimant {
  readonly account: string;
  /** Hex of the agent's public key. */
  readonly agentKey: string;
  /** The gateway's counter of admissions: no clock decides who came later. */
  readonly order: number;
}

export interface Claim {
  readonly kind: Holding['kind'];
  readonly takeOver: boolean;
}

/** Why not, or undefined if the claimant may run it now (and replaces whoever runs it). */
export function refusalOf(
  claimant: Claimant,
  claim: Claim,
  owner: { readonly account: string } | undefined,
  runner: Claimant | undefined,
): ErrorCode | undefined {
  if (owner !== undefined && owner.account !== claimant.account) return claim.kind === 'name' ? 'TK-1005' : 'TK-1006';
  if (runner === undefined) return undefined;
  if (runner.agentKey === claimant.agentKey) return runner.order > claimant.order ? 'TK-1008' : undefined;
  return claim.takeOver ? undefined : 'TK-1007';
}
