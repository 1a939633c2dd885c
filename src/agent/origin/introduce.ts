import type { DialOptions } from '../../contract/reactor.ts';
import { type ProxyVersion, writeHeader } from '../../proxy-protocol/header.ts';

/** What stands first on a connection to the origin and says whose it is; `visitor` as streams carry it, empty for the agent's own. */
export type Introduce = (visitor: string) => NonNullable<DialOptions['preamble']>;

/** The address that the origin is told as the visitor's destination is its own: it is where the connection arrives. */
export function introducer(version: ProxyVersion | undefined): Introduce | undefined {
  return version && ((visitor) => (to) => writeHeader(version, visitor, to));
}
