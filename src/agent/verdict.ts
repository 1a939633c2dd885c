import { TunnelError } from '../contract/errors.ts';
import type { Goaway } from '../protocol/goaway.ts';
import type { EndCause } from '../session/session-options.ts';
import type { Distrust } from './gateway-trust.ts';

/** How an attempt ended, or a session that came of it. */
export interface Parting {
  /** The dial failed, with this. */
  readonly error?: unknown;
  /** The session's end; `draining`: it goes on with its streams while the next one is made. */
  readonly cause?: EndCause | 'draining';
  readonly detail: string;
  readonly goaway?: Goaway | undefined;
  /** Why this side refused the gateway. */
  readonly distrust?: Distrust | undefined;
  /** The gateway had proved its key. */
  readonly verified: boolean;
  readonly admitted: boolean;
}

/** What follows: the program ends with an error, or the next attempt comes, not before the gateway's own time if it gave one. */
export type Verdict =
  | { readonly kind: 'stop'; readonly error: TunnelError }
  | { readonly kind: 'retry'; readonly error: TunnelError; readonly comeBackInMs: number | undefined };

/**
 * Decides what the end of an attempt means. `admittedOnce`: the agent has been admitted since it started; from then on nobody but
 * a gateway that has proved its key can stop it, so that one hour behind a hostile network does not end a service for good.
 * `single`: this attempt decides whether to begin at all.
 */
export function judge(parting: Parting, admittedOnce: boolean, single: boolean): Verdict {
  const { distrust, verified, admitted } = parting;
  // A GOAWAY that this side sent because the peer broke the rules says nothing of what the peer wants.
  const goaway = parting.cause === 'protocol' ? undefined : parting.goaway;
  const error = faultOf(parting);
  let stops = single && !admitted;
  if (distrust !== undefined) stops = !admittedOnce;
  else if (goaway !== undefined) stops = goaway.permanent && (verified || !admittedOnce);
  return stops ? { kind: 'stop', error } : { kind: 'retry', error, comeBackInMs: goaway?.comeBackInMs };
}

function faultOf({ error, cause, detail, admitted, distrust, goaway }: Parting): TunnelError {
  if (distrust !== undefined) return new TunnelError(distrust.code, distrust.seen);
  if (cause === 'protocol') return new TunnelError('TK-4009', detail);
  if (goaway !== undefined) return new TunnelError(goaway.code === 'draining' ? 'TK-4003' : goaway.code, goaway.seen);
  if (error instanceof TunnelError) return error;
  if (error !== undefined) return new TunnelError('TK-4001', String(error), { cause: error });
  return new TunnelError(admitted ? 'TK-4003' : 'TK-4001', detail);
}
