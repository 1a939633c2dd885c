// What the checks of the gateway's own machine have in common: elsewhere they do not apply.
import { type Check, notApplicable } from '../check.ts';
import { isGatewayHere } from '../here.ts';

export const onGateway =
  (run: Check['run']): Check['run'] =>
  async (patient, signal) =>
    (await isGatewayHere(patient)) ? run(patient, signal) : notApplicable('no gateway lives on this machine');
