import type { Limits } from '../../contract/limits.ts';
import type { Fields } from '../../contract/message.ts';
import { isForbiddenTrailer } from '../../http/known-fields.ts';
import type { Refusal } from '../../http/request-head.ts';
import { TEXT_FORM } from '../../http/syntax.ts';

const PLAIN_FORM = /^[a-z0-9-]+$/;

/** The trailers of a request that may be passed on. Too many or too large ones are refused; such as must not come late are dropped. */
export function readTrailers(raw: readonly string[], limits: Limits): Fields | Refusal {
  const kept: string[] = [];
  let bytes = 0;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    bytes += name.length + value.length;
    if (name.startsWith(':') || !TEXT_FORM.test(value))
      return { kind: 'refused', code: 'TK-3004', seen: 'a trailer that is not legal' };
    if (PLAIN_FORM.test(name) && !isForbiddenTrailer(name)) kept.push(name, value);
  }
  if (raw.length > 2 * limits.trailerCount) return tooMuch('trailerCount');
  return bytes > limits.trailerBytes ? tooMuch('trailerBytes') : kept;
}

function tooMuch(limit: 'trailerCount' | 'trailerBytes'): Refusal {
  return { kind: 'refused', code: 'TK-3004', seen: 'trailers above the bound', limit };
}
