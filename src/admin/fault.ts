// How an error is told to who asked the admin listener.
import { ERRORS, type ErrorCode } from '../contract/errors.ts';

/** An error as JSON; `client.ts` makes a TunnelError of it again. */
export function faultBody(code: ErrorCode, seen: string): object {
  const { what, todo } = ERRORS[code];
  return { code, what, seen, todo };
}

export function faultStatus(code: ErrorCode): number {
  const row: { readonly status?: number } = ERRORS[code];
  return row.status ?? (code.startsWith('TK-5') ? 400 : 500);
}
