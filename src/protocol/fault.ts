/** How the frames that refuse or end something give their reason: the program's own TK code as text, and what was seen. */
import { ERRORS, type ErrorCode } from '../contract/errors.ts';
import { remark, text } from './tlv-value.ts';

export const faultCode = text(16);
export const faultSeen = remark(1_024);

/** The peer may be newer and know faults that this side does not: they become TK-4009, and `seen` keeps the code. */
export function knownFault(code: string, seen: string): { readonly code: ErrorCode; readonly seen: string } {
  if (Object.hasOwn(ERRORS, code)) return { code: code as ErrorCode, seen };
  return { code: 'TK-4009', seen: `${code} ${seen}`.trimEnd() };
}
