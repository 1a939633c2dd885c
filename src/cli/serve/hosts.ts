// Under which host other machines, and agents of this one, reach the gateway.
import { networkInterfaces } from 'node:os';
import type { HostPort } from '../address.ts';
import type { ServeSettings } from './settings.ts';

const ANY = new Set(['::', '0.0.0.0']);

/** The first address of this machine that is not its own alone, IPv4 before IPv6. */
function outerAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outer = all.filter((address) => !address.internal && !address.address.startsWith('fe80:'));
  return (outer.find((address) => address.family === 'IPv4') ?? outer[0])?.address;
}

/** Where join links for other machines point. */
export function linkAddress(settings: ServeSettings, agents: HostPort): HostPort {
  const bound = ANY.has(agents.host) ? (outerAddress() ?? 'localhost') : agents.host;
  return { host: settings.publicHost ?? settings.domain ?? bound, port: agents.port };
}

/** Where agents of this machine dial: loopback, if the gateway listens there, so that it knows them for its own. */
export function localAddress(agents: HostPort): HostPort {
  return { host: ANY.has(agents.host) ? 'localhost' : agents.host, port: agents.port };
}
