import type { OriginPlace } from '../target.ts';
import type { Origin, OriginParts } from './origin.ts';

/** A connection a stream; the session moves its bytes itself. */
export function makeTcpOrigin(place: OriginPlace & { type: 'tcp' }, parts: OriginParts): Origin {
  const options = { timeoutMs: parts.limits.originConnectMs };
  return {
    open: () => parts.dial(place.at, options),
    close: () => {},
  };
}
