import type { ErrorCode } from '../contract/errors.ts';
import type { ExposureRequest } from '../contract/exposure.ts';
import type { Holding } from '../contract/store.ts';

/**
 * Who may run an exposure that somebody else holds or runs: product.md "Identity" as functions.
 * Knows identities, what was asked for, and the order of admission; no clock, no store.
 */

export interface Claimant {
  readonly account: string;
  /** Hex of the agent's public key. */
  readonly agentKey: string;
  /** The gateway's counter of admissions: no clock decides who came later. */
  readonly order: number;
}

/** What decides of what an agent asks for. */
export type Wish = Pick<ExposureRequest, 'kind' | 'takeOver' | 'pool' | 'auth' | 'allowIp'>;

/** Who runs it, and what that one asked for. */
export interface Runner {
  readonly member: Claimant;
  readonly request: Wish;
}

export interface Refused {
  readonly code: ErrorCode;
  /** Empty where the code says it all. */
  readonly why: string;
}

/** Why not, or undefined if the claimant may run it now, in the place of all who `yields` names. */
export function refusalOf(
  claimant: Claimant,
  held: Holding['kind'],
  wish: Wish,
  owner: { readonly account: string } | undefined,
  runners: readonly Runner[],
): Refused | undefined {
  if (owner !== undefined && owner.account !== claimant.account) {
    return { code: held === 'name' ? 'TK-1005' : 'TK-1006', why: '' };
  }
  for (const { member, request } of runners) {
    if (member.agentKey === claimant.agentKey) {
      if (member.order > claimant.order) return { code: 'TK-1008', why: '' };
    } else if (!wish.takeOver) {
      const why = obstacle(wish, request);
      if (why !== undefined) return { code: 'TK-1007', why };
    }
  }
  return undefined;
}

/** Whether a runner ends when the claimant comes: its own earlier self, and whoever does not share with it. */
export function yields({ member, request }: Runner, claimant: Claimant, wish: Wish): boolean {
  return member.agentKey === claimant.agentKey || obstacle(wish, request) !== undefined;
}

/** Why the two do not run it together; undefined if they do: both asked to, and a visitor meets the same protection at each. */
function obstacle(wish: Wish, running: Wish): string | undefined {
  if (!wish.pool && !running.pool) return '';
  if (!wish.pool) return 'it is shared by agents with `--pool`';
  if (!running.pool) return 'it runs without `--pool`';
  if (wish.kind !== running.kind) return `its pool is of ${running.kind}`;
  return guardOf(wish) === guardOf(running) ? undefined : 'its pool has another `--auth` or `--allow-ip`';
}

function guardOf({ auth, allowIp }: Wish): string {
  return JSON.stringify([auth, allowIp.toSorted()]);
}
