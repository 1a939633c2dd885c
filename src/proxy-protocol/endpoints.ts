/** Both ends of a visitor's connection as a header says them. */
import type { HostPort } from '../contract/reactor.ts';
import { type Ip, parseIp } from '../router/address.ts';

export interface Endpoints {
  readonly source: Ip;
  /** Of the same family. */
  readonly destination: Ip;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/**
 * `visitor`: `ip:port` or `[ip6]:port`, as streams carry it; undefined where it is neither. Where nobody can say at which address of
 * the same family the visitor arrived, the destination is the unspecified one.
 */
export function endpointsOf(visitor: string, destination: HostPort | undefined): Endpoints | undefined {
  const [, bracketed, bare, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(visitor) ?? [];
  const source = parseIp(bracketed ?? bare ?? '');
  if (source === undefined || Number(port) > 65_535) return undefined;
  const there = destination && parseIp(destination.host);
  return {
    source,
    destination: there?.family === source.family ? there : { family: source.family, words: [0, 0, 0, 0] },
    sourcePort: Number(port),
    destinationPort: destination?.port ?? 0,
  };
}
