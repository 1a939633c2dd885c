// Whether the gateway holds the key that the join link names.
import type { ErrorCode } from '../../../contract/errors.ts';
import { type Check, failed, ok } from '../check.ts';
import { link } from './link.ts';
import { toGateway } from './to-gateway.ts';

/** Enough to compare by eye. */
const PIN_SHOWN = 'sha256-'.length + 12;
const DISTRUST: readonly ErrorCode[] = ['TK-1002', 'TK-1003', 'TK-1012'];

export const pin: Check = {
  name: 'pin',
  title: 'identity of the gateway',
  needs: [link],
  run: toGateway(async (patient) => {
    const { error } = await patient.login();
    if (error && DISTRUST.includes(error.code)) return failed(error);
    const { pin: known } = await patient.credentials();
    return ok(
      known === undefined
        ? 'its certificate vouches for it'
        : `it holds the key that the link names, ${known.slice(0, PIN_SHOWN)}…`,
    );
  }),
};
