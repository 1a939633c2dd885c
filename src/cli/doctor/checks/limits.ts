// The bounds that the gateway of this machine keeps, and which of them were passed since it runs.
import { LIMITS } from '../../../contract/limits.ts';
import { type Check, notApplicable, ok } from '../check.ts';
import { statusHere } from '../here.ts';
import { onGateway } from './on-gateway.ts';
import { serving } from './serving.ts';

const ALL = `${Object.keys(LIMITS).length} bounds (\`tunnelkit serve --print-limits\`)`;

export const limits: Check = {
  name: 'limits',
  title: 'bounds of the gateway',
  needs: [serving],
  run: onGateway(async (patient, signal) => {
    // Where none runs, or another version, the check before this one has said so.
    const status = await statusHere(patient, signal).catch(() => undefined);
    if (status?.version !== patient.invocation.version) return notApplicable('no gateway of this version runs');
    const hits = Object.entries(status.limitsHit).map(([name, times]) => `${name} ${times} x`);
    return ok(
      `${ALL}, ${hits.length === 0 ? 'none passed since it runs' : `passed since it runs: ${hits.join(', ')}`}`,
    );
  }),
};
