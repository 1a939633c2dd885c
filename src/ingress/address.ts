import type { Arrival } from '../contract/reactor.ts';

/** `ip:port`, or `[ip6]:port`, as streams and links carry addresses. */
export function addressOf({ host, port }: Arrival['remote']): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
