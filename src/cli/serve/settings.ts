// What `serve` runs with: the defaults, and everything checked and frozen. Below here nothing has a default.

import { totalmem } from 'node:os';
import { TunnelError } from '../../contract/errors.ts';
import { defaultMemoryLimit } from '../../observe/memory-limit.ts';
import { canonicalHost } from '../../router/host.ts';
import { Networks } from '../../router/networks.ts';
import { type HostPort, parseAddress, parseRange } from '../address.ts';
import type { Environment } from '../command.ts';
import { type Rules, resolve } from '../config/resolve.ts';
import type { ServeConfig } from '../config/schema.ts';
import type { Options } from '../parse.ts';
import { dataDirectory } from '../places.ts';
import { parseSize } from '../size.ts';

export interface AcmeSettings {
  /** URL of the authority's directory. */
  readonly directory: string;
  readonly email: string | undefined;
  /** It certifies names of the public DNS only. */
  readonly isPublic: boolean;
  /** What the environment says about the way there. */
  readonly proxies: Environment;
}

export interface ServeSettings {
  /** Canonical; undefined: names are under `localhost`. */
  readonly domain: string | undefined;
  /** Paths of PEM files; undefined: certificates of the own authority. */
  readonly certificate: { readonly cert: string; readonly key: string } | undefined;
  /** Undefined: no ACME server is asked. */
  readonly acme: AcmeSettings | undefined;
  readonly publicHost: string | undefined;
  readonly http: HostPort;
  readonly https: HostPort;
  /** Undefined: agents come to the HTTPS port only. */
  readonly agents: HostPort | undefined;
  readonly admin: HostPort;
  readonly tcpPorts: readonly [number, number];
  readonly trustedProxies: readonly string[];
  /** CIDR texts of load balancers whose connections begin with a header of the PROXY protocol. */
  readonly proxyProtocolFrom: readonly string[];
  readonly insecure: boolean;
  readonly drainSpreadMs: number;
  readonly memoryLimitBytes: number;
  readonly dataDirectory: string;
}

const LETS_ENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory';
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The ports of the web belong to names that others can resolve. */
const port = (own: string, web: string) => ({
  fallback: ({ domain }: ServeConfig) => (domain === undefined ? own : web),
});

export const SERVE_RULES = {
  domain: {},
  cert: {},
  key: {},
  acme: {},
  'acme-email': {},
  'acme-directory': { fallback: () => LETS_ENCRYPT },
  'public-host': {},
  http: port(':8080', ':80'),
  https: port(':8443', ':443'),
  agents: {},
  admin: { fallback: () => '127.0.0.1:8081' },
  'tcp-ports': { fallback: () => '20000-20099' },
  'trusted-proxy': { fallback: () => [] },
  'proxy-protocol-from': { fallback: () => [] },
  insecure: { fallback: () => false },
  'drain-spread': { fallback: () => 0 },
  'memory-limit': {
    fallback: () => `${Math.floor(defaultMemoryLimit(process.constrainedMemory(), totalmem()) / 2 ** 20)}M`,
  },
  'data-dir': { fallback: (_known, env) => dataDirectory(env, undefined) },
} as const satisfies Rules<ServeConfig>;

function certificateOf(merged: Pick<ServeConfig, 'cert' | 'key'>): ServeSettings['certificate'] {
  const { cert, key } = merged;
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === undefined && key === undefined) return undefined;
  throw new TunnelError('TK-5002', '--cert and --key belong together: only one of them is given.');
}

/** Who answers decides which key gets a certificate, so nobody may stand between. */
function checkDirectory(directory: string): string {
  const { protocol, hostname } = URL.canParse(directory) ? new URL(directory) : { protocol: '', hostname: '' };
  if (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname))) return directory;
  throw new TunnelError('TK-5002', `--acme-directory: "${directory}" is no https:// URL.`);
}

const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'];

/** Without a domain, or with files, there is nothing to ask for. */
function acmeOf(
  merged: ServeConfig & { readonly 'acme-directory': string },
  env: Environment,
): AcmeSettings | undefined {
  const directory = checkDirectory(merged['acme-directory']);
  const email = merged['acme-email'];
  if (email !== undefined && !/^[\x21-\x7e]+@[\x21-\x7e]+$/.test(email))
    throw new TunnelError('TK-5002', `--acme-email: "${email}" is no address.`);
  if (merged.domain === undefined || merged.cert !== undefined || merged.acme === 'off') return undefined;
  const proxies = Object.fromEntries(PROXY_VARIABLES.map((name) => [name, env[name]]));
  return { directory, email, isPublic: directory === LETS_ENCRYPT, proxies };
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

function checkNetworks(option: string, texts: readonly string[]): readonly string[] {
  try {
    new Networks(texts);
    return texts;
  } catch (cause) {
    throw new TunnelError('TK-5002', `--${option}: ${(cause as Error).message}`, { cause });
  }
}

/** A gateway that nobody uses has 40 MB of its own. */
const MEMORY_LIMIT_MIN = '64M';

function memoryLimitOf(text: string): number {
  const bytes = parseSize(text);
  if (bytes === undefined) throw new TunnelError('TK-5002', `--memory-limit: "${text}" is no size (512M, 2G).`);
  if (bytes >= parseSize(MEMORY_LIMIT_MIN)!) return bytes;
  throw new TunnelError(
    'TK-5002',
    `--memory-limit: ${text} is too little to run in, ${MEMORY_LIMIT_MIN} is the least.`,
  );
}

/** Throws TK-5002 naming the option. */
export function serveSettings(options: Options, config: ServeConfig, env: Environment): ServeSettings {
  const { values: merged } = resolve(SERVE_RULES, { options, env, file: config });
  return Object.freeze({
    domain: domainOf(merged.domain),
    certificate: certificateOf(merged),
    acme: acmeOf(merged, env),
    publicHost: publicHostOf(merged['public-host']),
    http: parseAddress(merged.http, '--http'),
    https: parseAddress(merged.https, '--https'),
    agents: merged.agents === undefined ? undefined : parseAddress(merged.agents, '--agents'),
    admin: parseAddress(merged.admin, '--admin'),
    tcpPorts: parseRange(merged['tcp-ports'], '--tcp-ports'),
    trustedProxies: checkNetworks('trusted-proxy', merged['trusted-proxy']),
    proxyProtocolFrom: checkNetworks('proxy-protocol-from', merged['proxy-protocol-from']),
    insecure: merged.insecure,
    drainSpreadMs: merged['drain-spread'] * 1_000,
    memoryLimitBytes: memoryLimitOf(merged['memory-limit']),
    dataDirectory: merged['data-dir'],
  });
}
