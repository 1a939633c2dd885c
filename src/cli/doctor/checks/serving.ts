// Whether the gateway of this machine runs.
import { TunnelError } from '../../../contract/errors.ts';
import { duration } from '../../duration.ts';
import { count } from '../../size.ts';
import { type Check, ok, warning } from '../check.ts';
import { isGatewayMeant, statusHere } from '../here.ts';
import { config } from './config.ts';
import { onGateway } from './on-gateway.ts';

export const serving: Check = {
  name: 'serving',
  title: 'gateway of this machine',
  needs: [config],
  run: onGateway(async (patient, signal) => {
    try {
      const { version, uptimeMs, draining, sessions } = await statusHere(patient, signal);
      const state = draining ? 'drains' : `runs for ${duration(uptimeMs)}`;
      const seen = `version ${version} ${state}, ${count(sessions.length, 'agent')}`;
      return version === patient.invocation.version ? ok(seen) : warning('TK-5018', `${seen}.`);
    } catch (error) {
      // One that was tried once, on a machine that now uses another, is nothing to fail for.
      const isStale = error instanceof TunnelError && error.code === 'TK-5006' && !(await isGatewayMeant(patient));
      if (isStale) return warning(error.code, error.seen, error.todo);
      throw error;
    }
  }),
};
