// Which names an authority can give certificates for. Knows the reserved zones; asks nobody.
import { isIP } from 'node:net';

/** Of every authority: what each machine resolves to itself, and what is never resolved (RFC 6761, RFC 7686). */
const NOWHERE = ['localhost', 'invalid', 'onion'];
/** Of public authorities: zones outside the public DNS (RFC 2606, RFC 6762, RFC 8375, ICANN's `internal`), and what people take for such. */
const PRIVATE = [
  'test',
  'example',
  'local',
  'localdomain',
  'internal',
  'intranet',
  'private',
  'corp',
  'home',
  'lan',
  'home.arpa',
];

const zoneOf = (host: string, zones: readonly string[]) =>
  zones.find((zone) => host === zone || host.endsWith(`.${zone}`));

/** Why no certificate can be had for a canonical `host` by HTTP-01, in a few words; undefined where one can. */
export function unobtainable(host: string, authority: { readonly isPublic: boolean }): string | undefined {
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0) return `${host} is an address`;
  const zone = zoneOf(host, NOWHERE) ?? (authority.isPublic ? zoneOf(host, PRIVATE) : undefined);
  return zone === undefined ? undefined : `${host}: ${zone} is not in the public DNS`;
}
