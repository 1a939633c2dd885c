import { STREAM_CODE } from '../../contract/stream.ts';
import type { OriginPlace } from '../target.ts';
import type { Origin, OriginParts } from './origin.ts';

/** A connection a stream; the session moves its bytes itself. */
export function makeTcpOrigin(place: OriginPlace & { type: 'tcp' }, parts: OriginParts): Origin {
  const options = { timeoutMs: parts.limits.originConnectMs };
  return {
    open: (head) => (head.kind === 'tcp' ? parts.dial(place.at, options) : STREAM_CODE.refused),
    close: () => {},
  };
}
