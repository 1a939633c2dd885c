// What may be asked of a new token. Loaded when one is made.
import { z } from 'zod';
import { TunnelError } from '../../contract/errors.ts';
import { FIRST_ACCOUNT } from './data.ts';

const word = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\x21-\x7e]+$/);
const port = z.number().int().min(0).max(65_535);
const tokenRequest = z.strictObject({
  account: word.default(FIRST_ACCOUNT),
  names: z.array(word).min(1).max(64).default(['*']),
  ports: z.tuple([port, port]).optional(),
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
