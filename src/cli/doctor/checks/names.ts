// Whether the domain, and the names under it, lead to this machine.
import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { type Check, type Finding, notApplicable, ok, together, warning } from '../check.ts';
import { config } from './config.ts';
import { onGateway } from './on-gateway.ts';

/** Stands for any name: only a wildcard record answers for it. */
const ANY_NAME = 'tunnelkit-doctor';

/** `own`: addresses of this machine. */
export async function leadsHere(name: string, own: ReadonlySet<string>): Promise<Finding> {
  const found = await lookup(name, { all: true }).catch(() => []);
  const addresses = found.map(({ address }) => address);
  if (addresses.length === 0) return warning('TK-4012', `${name} does not resolve here.`);
  const seen = `${name}: ${addresses.join(', ')}`;
  if (addresses.some((address) => own.has(address))) return ok(seen);
  return warning('TK-4012', `${seen}, which is no address of this machine.`);
}

export const names: Check = {
  name: 'names',
  title: 'DNS of the domain',
  needs: [config],
  run: onGateway(async (patient) => {
    const { domain } = await patient.serveSettings();
    if (domain === undefined) return notApplicable('there is no --domain');
    const own = new Set(Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)));
    return together(await Promise.all([domain, `${ANY_NAME}.${domain}`].map((name) => leadsHere(name, own))));
  }),
};
