import type { Fields, RequestHead } from '../contract/message.ts';
import { parseIp } from '../router/address.ts';
import type { Networks } from '../router/networks.ts';
import { listOf, onlyValue } from './fields.ts';

/**
 * Who a visitor is, and the fields that tell it to the origin: X-Forwarded-*, X-Real-IP, Forwarded (RFC 7239), Via.
 * What the peer says of itself counts only where the peer is a trusted proxy; everybody else's such fields are deleted.
 */

/** The name under which this product stands in Via; it names no machine. */
const PSEUDONYM = 'tunnelkit';

/** What a request came in, as Via says it (RFC 9110 §7.6.3). */
export type HttpVersion = '1.1' | '2';

export interface Origins {
  readonly version: HttpVersion;
  /** The visitor's own address. */
  readonly visitorIp: string;
  /** The visitor, then the trusted proxies between it and us, nearest last. */
  readonly chain: readonly string[];
  readonly scheme: 'http' | 'https';
  readonly host: string;
}

/** `remote`: the address the connection came from. */
export function originsOf(head: RequestHead, remote: string, trusted: Networks, version: HttpVersion = '1.1'): Origins {
  if (trusted.size === 0 || !trusted.has(remote)) {
    return { version, visitorIp: remote, chain: [remote], scheme: head.scheme, host: head.authority };
  }
  const chain = [remote];
  const said = listOf(head.fields, 'x-forwarded-for');
  // From the right: each hop vouches for the one before it while it is trusted itself. What stands left of the first
  // stranger was written by that stranger and is dropped.
  for (let i = said.length - 1; i >= 0 && trusted.has(chain[0] as string); i -= 1) {
    const ip = bareIp(said[i] as string);
    if (ip === undefined) break;
    chain.unshift(ip);
  }
  const scheme = onlyValue(head.fields, 'x-forwarded-proto');
  return {
    version,
    visitorIp: chain[0] as string,
    chain,
    scheme: scheme === 'http' || scheme === 'https' ? scheme : head.scheme,
    host: onlyValue(head.fields, 'x-forwarded-host') ?? head.authority,
  };
}

/** The head's fields with ours in the place of all that could be taken for them. */
export function forwardedFields({ method, fields }: RequestHead, origins: Origins): Fields {
  const { visitorIp, chain, scheme, host } = origins;
  const kept: string[] = [];
  let via = '';
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    const value = fields[i + 1] as string;
    const lower = name.toLowerCase();
    if (lower === 'via') via += `${value}, `;
    else if (!isClaim(lower)) kept.push(name, lower === 'max-forwards' ? oneLess(method, value) : value);
  }
  kept.push('X-Forwarded-For', chain.join(', '), 'X-Forwarded-Proto', scheme, 'X-Real-IP', visitorIp);
  if (host !== '') kept.push('X-Forwarded-Host', host);
  kept.push('Forwarded', forwarded(chain, scheme, host), 'Via', `${via}${origins.version} ${PSEUDONYM}`);
  return kept;
}

/** RFC 9110 §7.6.2: each hop of an OPTIONS takes one off; for other methods the field means nothing. */
function oneLess(method: string, value: string): string {
  return method === 'OPTIONS' && /^[1-9]\d{0,14}$/.test(value) ? String(Number(value) - 1) : value;
}

/** How often the request has been through a gateway of this product (P71). */
export function passesOf(fields: Fields): number {
  return listOf(fields, 'via').filter((item) => item.split(/\s+/)[1] === PSEUDONYM).length;
}

/** What origins read as a statement about the visitor; none of it survives from a stranger (X26). */
const CLAIMS = new Set(['forwarded', 'x-real-ip', 'x-client-ip', 'x-cluster-client-ip', 'true-client-ip']);

function isClaim(lower: string): boolean {
  return CLAIMS.has(lower) || lower.startsWith('x-forwarded-');
}

/** An address that may come with a port: `1.2.3.4:5`, `[2001:db8::1]:5`. Canonicalises nothing. */
function bareIp(text: string): string | undefined {
  const match = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text) ?? /^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(text);
  const ip = match?.[1] ?? text;
  return parseIp(ip) === undefined ? undefined : ip;
}

function forwarded(chain: readonly string[], scheme: string, host: string): string {
  const [first, ...rest] = chain.map((ip) => (ip.includes(':') ? `for="[${ip}]"` : `for=${ip}`));
  const said = host === '' ? '' : `;host="${host.replace(/["\\]/g, '')}"`;
  return [`${first}${said};proto=${scheme}`, ...rest].join(', ');
}
