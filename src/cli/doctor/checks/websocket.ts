// The way out of networks that let only web traffic through: a WebSocket at the reserved path.
import { makeTransport } from '../../../transport/index.ts';
import { asTunnelError } from '../../talk.ts';
import { type Check, failure, ok, warning } from '../check.ts';
import { tcp } from './tcp.ts';
import { toGateway } from './to-gateway.ts';

export const websocket: Check = {
  name: 'websocket',
  title: 'WebSocket fallback',
  needs: [tcp],
  run: toGateway(async (patient, signal) => {
    const { reactor, limits, invocation } = patient;
    const { insecure } = await patient.agentSettings();
    const transport = makeTransport('ws', { reactor, limits, insecure, environment: invocation.env, chose: () => {} });
    try {
      const made = await transport!.dial(await patient.credentials(), signal);
      made.close();
      return ok('the reserved path is open');
    } catch (error) {
      const { seen } = asTunnelError(error);
      const { admitted } = await patient.login();
      // Whoever gets in another way needs it only elsewhere.
      return admitted ? warning('TK-4013', seen) : failure('TK-4013', seen);
    }
  }),
};
