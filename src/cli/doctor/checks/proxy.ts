// The proxy on the way to the gateway: whether one applies, and whether it lets through.
import { formatAddress } from '../../address.ts';
import { type Check, notApplicable, ok } from '../check.ts';
import { wayTo } from '../way.ts';
import { gateway } from './gateway.ts';
import { toGateway } from './to-gateway.ts';

export const proxy: Check = {
  name: 'proxy',
  title: 'proxy',
  needs: [gateway],
  run: toGateway(async (patient, signal) => {
    const { env } = patient.invocation;
    const used = await patient.proxy();
    if (!used) {
      const isSet = Boolean(env.HTTPS_PROXY || env.https_proxy);
      return notApplicable(isSet ? 'HTTPS_PROXY does not apply to this gateway' : 'HTTPS_PROXY is not set');
    }
    const way = await wayTo(patient, signal);
    way.destroy();
    return ok(`${formatAddress(used)} connects to the gateway`);
  }),
};
