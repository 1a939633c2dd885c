// How one response is framed for one visitor (RFC 9112 §6.3, §9.3; RFC 9110 §6.4.1).
import type { ResponseHead } from '../contract/message.ts';
import type { ResponseFraming } from './head-text.ts';
import type { ParsedRequest } from './request-head.ts';
import { hasNoContent } from './response-head.ts';

/** The framing of every interim response. */
export const INTERIM: ResponseFraming = { body: 'none', length: -1, connection: undefined };
const UPGRADED: ResponseFraming = { body: 'upgrade', length: -1, connection: undefined };

/** Undefined: the head is no legal answer to this request. `keep`: the connection may serve another request afterwards. */
export function frameResponse(head: ResponseHead, request: Asked, keep: boolean): ResponseFraming | undefined {
  const { status } = head;
  if (status === 101) return head.upgrade !== undefined && head.upgrade === request.head.upgrade ? UPGRADED : undefined;
  if (head.body === 'upgrade') return undefined;
  if (status < 200) return INTERIM;
  const { body, length } = bodyOf(head, request);
  const kept = keep && body !== 'close' && request.head.upgrade === undefined;
  const silent = kept && request.version === 11;
  return { body, length, connection: silent ? undefined : kept ? 'keep-alive' : 'close' };
}

/** What an answer's framing depends on. */
type Asked = Pick<ParsedRequest, 'head' | 'version'>;
type Body = Pick<ResponseFraming, 'body' | 'length'>;

function bodyOf(head: ResponseHead, request: Asked): Body {
  const { status, length } = head;
  if (status === 204) return { body: 'none', length: -1 };
  if (status === 205) return { body: 'none', length: 0 };
  if (status === 304 || request.head.method === 'HEAD') return { body: 'none', length };
  if (head.body === 'none') return { body: 'none', length: hasNoContent(status) ? -1 : 0 };
  if (head.body === 'length') return { body: 'length', length };
  // Chunks also for what the origin ends by FIN: the visitor can then tell a whole body from a cut one.
  return { body: request.version === 11 ? 'chunked' : 'close', length: -1 };
}
