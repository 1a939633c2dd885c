// A link to the gateway, by the agent's own code, with the transport that it would take.
import { type Check, failed, ok } from '../check.ts';
import { tls } from './tls.ts';
import { toGateway } from './to-gateway.ts';

export const link: Check = {
  name: 'link',
  title: 'link to the gateway',
  needs: [tls],
  run: toGateway(async (patient) => {
    const { admitted, error } = await patient.login();
    if (admitted) return ok(`over ${admitted.transport}, in ${admitted.handshakeMs.toFixed(1)} ms`);
    return error.code.startsWith('TK-4') ? failed(error) : ok('made; see below what came of it');
  }),
};
