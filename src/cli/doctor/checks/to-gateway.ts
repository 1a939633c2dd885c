// What all checks of the way to the gateway have in common: without a gateway to go to, they do not apply.
import { type Check, notApplicable } from '../check.ts';

export const toGateway =
  (run: Check['run']): Check['run'] =>
  async (patient, signal) => {
    const credentials = await patient.credentials().catch(() => undefined);
    return credentials === undefined ? notApplicable('there is no gateway to go to') : run(patient, signal);
  };
