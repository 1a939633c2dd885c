// What may be asked of a new token. Loaded when one is made.
import * as z from 'zod/mini';
import { TunnelError } from '../../contract/errors.ts';
import { FIRST_ACCOUNT } from './data.ts';

const word = z.string().check(z.minLength(1), z.maxLength(128), z.regex(/^[\x21-\x7e]+$/));
const port = z.int().check(z.minimum(0), z.maximum(65_535));
const tokenRequest = z.strictObject({
  account: z._default(word, FIRST_ACCOUNT),
  names: z._default(z.array(word).check(z.minLength(1), z.maxLength(64)), ['*']),
  ports: z.optional(z.tuple([port, port])),
});

/** Checks whatever JSON came. Throws TK-5002. */
export function checkTokenRequest(request: unknown): z.output<typeof tokenRequest> {
  const asked = tokenRequest.safeParse(request);
  if (asked.success) return asked.data;
  throw new TunnelError(
    'TK-5002',
    asked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
  );
}
