import type { ErrorCode } from '../contract/errors.ts';
import type { Destination } from '../contract/exposure.ts';
import { LINK_PATH } from '../contract/link.ts';
import type { RequestHead } from '../contract/message.ts';
import type { Pipe } from '../contract/pipe.ts';
import type { Arrival } from '../contract/reactor.ts';
import { canonicalHost } from '../router/host.ts';
import { Networks } from '../router/networks.ts';
import { onlyValue } from './fields.ts';
import { type Origins, passesOf } from './forwarded.ts';
import type { Gate } from './gate.ts';

/** Where one request goes. Looks at its head and its connection only, and decides nothing about who may. */

/** What is known of a connection before its first request. */
export interface Standing {
  readonly gate: Gate;
  readonly pipe: Pipe;
  readonly remote: Arrival['remote'];
  /** Who passed the connection on, where somebody did. */
  readonly introducer: Arrival['introducer'];
  /** The exposure of this port; undefined where the host decides. */
  readonly fixed: (() => Destination) | undefined;
}

export type Route =
  | { readonly kind: 'go'; readonly host: string; find(): Destination }
  | { readonly kind: 'redirect'; readonly location: string }
  /** An HTTP-01 challenge of ours (RFC 8555 §8.3). */
  | { readonly kind: 'challenge'; readonly text: string }
  | { readonly kind: 'link' }
  /** An OPTIONS whose last hop is here (RFC 9110 §7.6.2). */
  | { readonly kind: 'options' }
  | { readonly kind: 'answer'; readonly code: ErrorCode };

/** Passes through gateways of this product after which a request is going in a circle (P71). */
const PASSES_MAX = 8;
const CHALLENGE_PATH = '/.well-known/acme-challenge/';
const LOOPBACK = new Networks(['127.0.0.0/8', '::1/128']);

export function routeOf(standing: Standing, head: RequestHead, origins: Origins): Route {
  if (passesOf(head.fields) >= PASSES_MAX) return { kind: 'answer', code: 'TK-3010' };
  if (head.method === 'OPTIONS' && onlyValue(head.fields, 'max-forwards') === '0') return { kind: 'options' };
  const host = head.authority === '' ? '' : canonicalHost(head.authority);
  if (host === undefined) return { kind: 'answer', code: 'TK-3004' };
  const { fixed } = standing;
  return fixed === undefined ? byHost(standing, head, origins, host) : { kind: 'go', host, find: fixed };
}

function byHost(
  { gate, pipe, remote, introducer }: Standing,
  head: RequestHead,
  origins: Origins,
  host: string,
): Route {
  const { lookup, redirect, covers, insecure, challenge } = gate.options;
  const { secure } = pipe;
  // Tokens that are not ours are the origin's: it may have certificates of its own.
  const text =
    secure === undefined && head.path.startsWith(CHALLENGE_PATH)
      ? challenge(head.path.slice(CHALLENGE_PATH.length))
      : undefined;
  if (text !== undefined) return { kind: 'challenge', text };
  if (head.path === LINK_PATH && (head.body === 'upgrade' || head.body === 'none')) {
    // A loopback that somebody else speaks of is not ours: the hop to it may cross a network.
    const near = (introducer === undefined && LOOPBACK.has(remote.host)) || gate.trusted.has(remote.host);
    return secure !== undefined || near || insecure ? { kind: 'link' } : { kind: 'answer', code: 'TK-3001' };
  }
  const sni = secure?.sni === undefined ? undefined : canonicalHost(secure.sni);
  if (sni !== undefined && sni !== host && !covers(sni, host)) return { kind: 'answer', code: 'TK-3011' };
  const destination = lookup(host);
  if (destination.kind === 'unknown') return { kind: 'answer', code: 'TK-3001' };
  const secureUrl = origins.scheme === 'http' && head.path !== '*' ? redirect(host) : undefined;
  if (secureUrl !== undefined) return { kind: 'redirect', location: secureUrl + head.path };
  return { kind: 'go', host, find: () => lookup(host) };
}
