// Exposures as the command line and the configuration spell them → what the agent takes. Everything is checked here, once.

import type { ExposureSpec } from '../../agent/exposures.ts';
import { type HostHeader, parseHostHeader } from '../../agent/origin/host-header.ts';
import { parseTarget } from '../../agent/target.ts';
import { TunnelError } from '../../contract/errors.ts';
import { resolve } from '../config/resolve.ts';
import type { ExposureConfig } from '../config/schema.ts';
import { EXPOSURE_RULES } from './settings.ts';

function hostHeaderOf(text: string): HostHeader {
  const mode = parseHostHeader(text);
  if (mode === undefined)
    throw new TunnelError('TK-5002', `host-header: "${text}" is neither preserve, rewrite nor a host.`);
  return mode;
}

/** `cwd` is where a directory's relative path starts. Throws TK-5002, TK-5005. */
export function exposureSpec(config: ExposureConfig, cwd: string): ExposureSpec {
  const { values, decidedBy } = resolve(EXPOSURE_RULES, { options: {}, env: {}, file: config });
  return {
    target: parseTarget(values.target, cwd),
    name: values.name,
    port: values.port,
    auth: values.auth,
    allowIp: values['allow-ip'],
    takeOver: values['take-over'],
    pool: values.pool,
    hostHeader: hostHeaderOf(values['host-header']),
    // The default is the agent's own bound, wherever that comes from.
    originTimeoutMs: decidedBy['origin-timeout'] === 'default' ? undefined : values['origin-timeout'] * 1_000,
    hidden: values.hidden,
  };
}
