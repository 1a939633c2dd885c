// Which gateway an agent of this user would go to, and whether its link and token are well formed.
import { TunnelError } from '../../../contract/errors.ts';
import { formatAddress } from '../../address.ts';
import { type Check, notApplicable, ok } from '../check.ts';
import { isGatewayHere } from '../here.ts';
import { config } from './config.ts';

export const gateway: Check = {
  name: 'gateway',
  title: 'which gateway',
  needs: [config],
  async run(patient) {
    try {
      const credentials = await patient.credentials();
      return ok(`${formatAddress(credentials)}: ${credentials.because}`);
    } catch (error) {
      const isUnknown = error instanceof TunnelError && error.code === 'TK-5004';
      const { gateway: asked } = await patient.agentSettings();
      // A machine that is only a gateway has none to go to.
      if (isUnknown && asked === undefined && (await isGatewayHere(patient)))
        return notApplicable('no agent of this user has one');
      throw error;
    }
  },
};
