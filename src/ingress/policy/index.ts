import { TunnelError } from '../../contract/errors.ts';
import type { ExposureRequest } from '../../contract/exposure.ts';
import type { Policy } from '../../contract/policy.ts';
import type { Tries } from '../../contract/tries.ts';
import { allowIp } from './allow-ip.ts';
import { basicAuth } from './basic-auth.ts';
import { plainPath } from './plain-path.ts';

type Compile = (request: ExposureRequest, tries: Tries) => Policy | undefined;

/** Every policy, in the order in which they decide: the cheap ones first, secrets only for those who may try. */
const POLICIES: readonly Compile[] = [
  ({ allowIp: networks }) => (networks.length > 0 ? allowIp(networks) : undefined),
  ({ kind, auth, allowIp: networks }) =>
    kind === 'http' && (auth !== undefined || networks.length > 0) ? plainPath : undefined,
  ({ auth }, tries) => (auth === undefined ? undefined : basicAuth(auth, tries)),
];

/** Compiled once for each exposure; `tries` of passwords are one table for all of them. Throws TunnelError TK-5002 for protection that cannot be applied: it is never left out. */
export function policiesFor(request: ExposureRequest, tries: Tries): readonly Policy[] {
  const { kind, auth } = request;
  if (auth !== undefined && kind !== 'http') throw new TunnelError('TK-5002', 'auth is for HTTP exposures only');
  if (auth !== undefined && !/^[^:]+:./s.test(auth)) throw new TunnelError('TK-5002', 'auth is not user:pass');
  try {
    return POLICIES.map((compile) => compile(request, tries)).filter((policy) => policy !== undefined);
  } catch (error) {
    throw new TunnelError('TK-5002', `allow-ip: ${(error as Error).message}`, { cause: error });
  }
}
