// What `serve` runs with: flags over the file over the defaults, checked and frozen. Below here nothing has a default.

import { TunnelError } from '../../contract/errors.ts';
import { canonicalHost } from '../../router/host.ts';
import { Networks } from '../../router/networks.ts';
import { type HostPort, parseAddress, parseRange } from '../address.ts';
import type { Environment } from '../command.ts';
import type { ServeConfig } from '../config/schema.ts';
import type { Options } from '../parse.ts';
import { dataDirectory } from '../places.ts';

export interface ServeSettings {
  /** Canonical; undefined: names are under `localhost`. */
  readonly domain: string | undefined;
  /** Paths of PEM files; undefined: certificates of the own authority. */
  readonly certificate: { readonly cert: string; readonly key: string } | undefined;
  readonly publicHost: string | undefined;
  readonly http: HostPort;
  readonly https: HostPort;
  /** Undefined: agents come to the HTTPS port only. */
  readonly agents: HostPort | undefined;
  readonly admin: HostPort;
  readonly tcpPorts: readonly [number, number];
  readonly trustedProxies: readonly string[];
  readonly insecure: boolean;
  readonly drainSpreadMs: number;
  readonly dataDirectory: string;
}

const TCP_PORTS = '20000-20099';
const ADMIN = '127.0.0.1:8081';

function certificateOf(merged: ServeConfig): ServeSettings['certificate'] {
  const { cert, key } = merged;
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === undefined && key === undefined) return undefined;
  throw new TunnelError('TK-5002', '--cert and --key belong together: only one of them is given.');
}

function domainOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const domain = canonicalHost(text);
  if (domain === undefined || !domain.includes('.'))
    throw new TunnelError('TK-5002', `--domain: "${text}" is no domain.`);
  return domain;
}

/** Printed in links and URLs, so nothing may stand there that no client could read: a host without a port, IPv6 bare or in brackets. */
function publicHostOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const host = text.includes(':') && !text.startsWith('[') ? `[${text}]` : text;
  if (canonicalHost(host) === undefined || /\]:/.test(host))
    throw new TunnelError('TK-5002', `--public-host: "${text}" is no host.`);
  return text;
}

function checkNetworks(texts: readonly string[]): readonly string[] {
  try {
    new Networks(texts);
    return texts;
  } catch (cause) {
    throw new TunnelError('TK-5002', `--trusted-proxy: ${(cause as Error).message}`, { cause });
  }
}

/** Throws TK-5002 naming the option. */
export function serveSettings(options: Options, config: ServeConfig, env: Environment): ServeSettings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const merged: ServeConfig = { ...config, ...given };
  const domain = domainOf(merged.domain);
  const ports = domain === undefined ? { http: ':8080', https: ':8443' } : { http: ':80', https: ':443' };
  return Object.freeze({
    domain,
    certificate: certificateOf(merged),
    publicHost: publicHostOf(merged['public-host']),
    http: parseAddress(merged.http ?? ports.http, '--http'),
    https: parseAddress(merged.https ?? ports.https, '--https'),
    agents: merged.agents === undefined ? undefined : parseAddress(merged.agents, '--agents'),
    admin: parseAddress(merged.admin ?? ADMIN, '--admin'),
    tcpPorts: parseRange(merged['tcp-ports'] ?? TCP_PORTS, '--tcp-ports'),
    trustedProxies: checkNetworks(merged['trusted-proxy'] ?? []),
    insecure: merged.insecure ?? false,
    drainSpreadMs: (merged['drain-spread'] ?? 0) * 1_000,
    dataDirectory: dataDirectory(env, merged['data-dir']),
  });
}
