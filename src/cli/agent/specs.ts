// Exposures as the command line and the configuration spell them → what the agent takes. Everything is checked here, once.

import type { ExposureSpec } from '../../agent/exposures.ts';
import { type HostHeader, parseHostHeader } from '../../agent/origin/host-header.ts';
import { parseTarget } from '../../agent/target.ts';
import { TunnelError } from '../../contract/errors.ts';
import type { ExposureConfig } from '../config/schema.ts';

const AS_SENT: HostHeader = 'preserve';

function hostHeaderOf(text: string | undefined): HostHeader {
  const mode = text === undefined ? AS_SENT : parseHostHeader(text);
  if (mode === undefined)
    throw new TunnelError('TK-5002', `host-header: "${text}" is neither preserve, rewrite nor a host.`);
  return mode;
}

/** `cwd` is where a directory's relative path starts. Throws TK-5002, TK-5005. */
export function exposureSpec(config: ExposureConfig, cwd: string): ExposureSpec {
  const timeout = config['origin-timeout'];
  return {
    target: parseTarget(config.target, cwd),
    name: config.name,
    port: config.port,
    auth: config.auth,
    allowIp: config['allow-ip'] ?? [],
    takeOver: config['take-over'] ?? false,
    hostHeader: hostHeaderOf(config['host-header']),
    originTimeoutMs: timeout === undefined ? undefined : timeout * 1_000,
    hidden: config.hidden ?? false,
  };
}
