// Whether the gateway admits the token.
import { type Check, failed, ok } from '../check.ts';
import { pin } from './pin.ts';
import { toGateway } from './to-gateway.ts';

export const token: Check = {
  name: 'token',
  title: 'token',
  needs: [pin],
  run: toGateway(async (patient) => {
    const { admitted, error } = await patient.login();
    return error ? failed(error) : ok(`admitted; the gateway calls itself ${admitted.publicHost}`);
  }),
};
