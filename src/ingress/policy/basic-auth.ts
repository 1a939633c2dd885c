import { createHash, timingSafeEqual } from 'node:crypto';
import type { Fields } from '../../contract/message.ts';
import type { Policy, Verdict } from '../../contract/policy.ts';
import type { Tries } from '../../contract/tries.ts';
import { onlyValue } from '../fields.ts';

const PASS: Verdict = { kind: 'pass' };
const REFUSED: Verdict = {
  kind: 'answer',
  code: 'TK-1009',
  fields: ['WWW-Authenticate', 'Basic realm="tunnelkit", charset="UTF-8"'],
};

/**
 * HTTP Basic (RFC 7617) with one user. `userPass`: `user:pass`, UTF-8. Digests of fixed length are compared, and one is made
 * whatever came, so that neither the length of the secret nor how far a guess was right shows in time.
 * Who gives nothing is asked and does not guess: every browser begins like that.
 */
export function basicAuth(userPass: string, tries: Tries): Policy {
  const expected = digest(Buffer.from(userPass, 'utf8'));
  return {
    name: 'basic-auth',
    decide: ({ head, visitorIp }) => {
      const given = credentials(head.fields);
      const right = timingSafeEqual(digest(given), expected);
      if (given.length === 0) return REFUSED;
      const waitMs = tries.waitMs(visitorIp);
      if (waitMs > 0) return tooMany(waitMs);
      if (right) return PASS;
      tries.failed(visitorIp);
      return REFUSED;
    },
  };
}

function tooMany(waitMs: number): Verdict {
  const fields = ['Retry-After', String(Math.ceil(waitMs / 1_000))];
  return { kind: 'answer', code: 'TK-1017', fields, limit: 'authFailuresPerMinute' };
}

function digest(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** The bytes given, or none: `user:pass` is never empty, so none never matches. */
function credentials(fields: Fields): Buffer {
  const [scheme = '', token = ''] = (onlyValue(fields, 'authorization') ?? '').split(/ +/, 2);
  return scheme.toLowerCase() === 'basic' ? Buffer.from(token, 'base64') : Buffer.alloc(0);
}
