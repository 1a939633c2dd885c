// A TCP connection to the gateway's port, and how long it takes.
import { formatAddress } from '../../address.ts';
import { type Check, failure, notApplicable, ok } from '../check.ts';
import { wayTo } from '../way.ts';
import { dns } from './dns.ts';
import { toGateway } from './to-gateway.ts';

export const tcp: Check = {
  name: 'tcp',
  title: 'TCP to the gateway',
  needs: [dns],
  run: toGateway(async (patient, signal) => {
    const address = formatAddress(await patient.credentials());
    if (await patient.proxy()) return notApplicable('the proxy connects');
    const patience = AbortSignal.timeout(patient.limits.linkConnectMs);
    const startedAt = performance.now();
    try {
      const way = await wayTo(patient, AbortSignal.any([signal, patience]));
      way.destroy();
      return ok(`${address} in ${(performance.now() - startedAt).toFixed(1)} ms`);
    } catch (error) {
      if (!patience.aborted) throw error;
      const waited = `${patient.limits.linkConnectMs / 1_000} s`;
      return failure(
        'TK-4001',
        `${address} did not answer in ${waited}: a firewall drops packets, or the machine is off.`,
      );
    }
  }),
};
