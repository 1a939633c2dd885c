// Whether the gateway of this machine runs.
import { TunnelError } from '../../../contract/errors.ts';
import { duration } from '../../duration.ts';
import { count, size } from '../../size.ts';
import type { GatewayStatus } from '../../status/lines.ts';
import { type Check, type Finding, ok, together, warning } from '../check.ts';
import { isGatewayMeant, statusHere } from '../here.ts';
import { config } from './config.ts';
import { onGateway } from './on-gateway.ts';

function memoryOf({ memory }: GatewayStatus): Finding {
  const seen = `memory ${size(memory.usedBytes)} of ${size(memory.limitBytes)}`;
  const todo = 'Raise `--memory-limit`, or see in `tunnelkit status` who uses so much.';
  return memory.state === 'enough' ? ok(seen) : warning('TK-3020', seen, todo);
}

export const serving: Check = {
  name: 'serving',
  title: 'gateway of this machine',
  needs: [config],
  run: onGateway(async (patient, signal) => {
    try {
      const status = await statusHere(patient, signal);
      const { version, uptimeMs, draining, sessions } = status;
      const state = draining ? 'drains' : `runs for ${duration(uptimeMs)}`;
      const seen = `version ${version} ${state}, ${count(sessions.length, 'agent')}`;
      // One of another version may say other things of itself.
      if (version !== patient.invocation.version) return warning('TK-5018', `${seen}.`);
      return together([ok(seen), memoryOf(status)]);
    } catch (error) {
      // One that was tried once, on a machine that now uses another, is nothing to fail for.
      const isStale = error instanceof TunnelError && error.code === 'TK-5006' && !(await isGatewayMeant(patient));
      if (isStale) return warning(error.code, error.seen, error.todo);
      throw error;
    }
  }),
};
