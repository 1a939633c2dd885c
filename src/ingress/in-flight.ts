import type { Destination } from '../contract/exposure.ts';
import type { RequestHead } from '../contract/message.ts';
import { STREAM_CODE, type StreamCode, type StreamOpener } from '../contract/stream.ts';

/** What becomes of a request whose stream gave it back unanswered. Pure; what can be sent again at all, `repeatable.ts` knows. */

/** Methods that may be sent twice (RFC 9110 §9.2.2), of those that are sure to have no effect. */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Agents that are asked for one request. */
const AGENTS_MAX = 4;

/** How the request fared so far. */
export interface Attempts {
  count: number;
  /** Through whom it went last. */
  opener: StreamOpener | undefined;
  /** A lost session may have delivered it. */
  lost: boolean;
}

export const NO_ATTEMPTS: Readonly<Attempts> = { count: 0, opener: undefined, lost: false };

/**
 * Whether it goes where its host leads `now`. A lost session says nothing of what the origin saw, so few requests go twice then. With
 * any other `code` an agent has said that its origin saw nothing: another may be asked, and one that said goodbye comes back.
 */
export function mayGoOn(now: Destination, code: StreamCode, { count, opener, lost }: Attempts, head: RequestHead) {
  if (count >= AGENTS_MAX) return false;
  const isLive = now.kind === 'live';
  if (code === STREAM_CODE.sessionLost) {
    return isLive && !lost && REPEATABLE.has(head.method) && head.body === 'none';
  }
  if (isLive) return now.opener !== opener || now.opener.spare === true;
  return now.kind === 'away' && (code === STREAM_CODE.refused || code === STREAM_CODE.unavailable);
}
