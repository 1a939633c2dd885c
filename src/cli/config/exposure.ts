// One exposure as the command line gives it, checked by the configuration's schema.
import { TunnelError } from '../../contract/errors.ts';
import { type ExposureConfig, exposureSchema } from './schema.ts';

/** Throws TK-5005 naming the option. */
export function checkExposure(options: Readonly<Record<string, unknown>>): ExposureConfig {
  const result = exposureSchema.safeParse(options);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new TunnelError('TK-5005', `--${String(issue?.path[0])}: ${issue?.message}`);
}
