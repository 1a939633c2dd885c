// Exposures as the command line and the configuration spell them → what the agent takes. Everything is checked here, once.

import type { ExposureSpec } from '../../agent/exposures.ts';
import { type HostHeader, parseHostHeader } from '../../agent/origin/host-header.ts';
import { parseTarget, type Target } from '../../agent/target.ts';
import { TunnelError } from '../../contract/errors.ts';
import type { ProxyVersion } from '../../proxy-protocol/header.ts';
import { resolve } from '../config/resolve.ts';
import type { ExposureConfig } from '../config/schema.ts';
import { EXPOSURE_RULES } from './settings.ts';

function hostHeaderOf(text: string): HostHeader {
  const mode = parseHostHeader(text);
  if (mode === undefined)
    throw new TunnelError('TK-5002', `host-header: "${text}" is neither preserve, rewrite nor a host.`);
  return mode;
}

/** Only a connection over TCP or a Unix socket can be introduced. */
function proxyVersionOf(version: ProxyVersion | undefined, { place, text }: Target): ProxyVersion | undefined {
  if (version === undefined || place.type === 'tcp' || place.type === 'http') return version;
  throw new TunnelError('TK-5002', `send-proxy-protocol: ${text} takes no connections that could begin with a header.`);
}

/** `cwd` is where a directory's relative path starts. Throws TK-5002, TK-5005. */
export function exposureSpec(config: ExposureConfig, cwd: string): ExposureSpec {
  const { values, decidedBy } = resolve(EXPOSURE_RULES, { options: {}, env: {}, file: config });
  const target = parseTarget(values.target, cwd);
  return {
    target,
    name: values.name,
    port: values.port,
    auth: values.auth,
    allowIp: values['allow-ip'],
    takeOver: values['take-over'],
    pool: values.pool,
    hostHeader: hostHeaderOf(values['host-header']),
    sendProxyProtocol: proxyVersionOf(values['send-proxy-protocol'], target),
    // The default is the agent's own bound, wherever that comes from.
    originTimeoutMs: decidedBy['origin-timeout'] === 'default' ? undefined : values['origin-timeout'] * 1_000,
    hidden: values.hidden,
  };
}
