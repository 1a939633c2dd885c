import type { OriginPlace } from '../target.ts';
import { MeteredPipe } from './metered-pipe.ts';
import type { Origin, OriginParts } from './origin.ts';

/** A connection a stream; the session moves its bytes itself. */
export function makeTcpOrigin(place: OriginPlace & { type: 'tcp' }, parts: OriginParts): Origin {
  const timeoutMs = parts.limits.originConnectMs;
  return {
    open: ({ visitor }) => {
      const preamble = parts.introduce?.(visitor);
      return new MeteredPipe(parts.dial(place.at, { timeoutMs, preamble }), parts.meter);
    },
    close: () => {},
  };
}
