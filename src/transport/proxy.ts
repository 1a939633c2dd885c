// Which proxy stands between this machine and a gateway. Pure: the environment is handed in and no connection is made here.
import { BlockList, isIP } from 'node:net';
import type { GatewayTarget } from '../contract/link.ts';
import { TransportError } from './error.ts';

/** The environment's variables, as they are named: `HTTPS_PROXY`, `https_proxy`, `NO_PROXY`, `no_proxy`. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ForwardProxy {
  readonly host: string;
  readonly port: number;
  /** The hop to the proxy itself is TLS. */
  readonly secure: boolean;
  /** Value of Proxy-Authorization; a secret. */
  readonly authorization: string | undefined;
}

const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * The proxy for a target, undefined to go there directly. Loopback is never asked of a proxy, whose own loopback is another
 * machine's. Throws a TransportError for a variable that names no `http://` or `https://` proxy.
 */
export function proxyFor(target: GatewayTarget, environment: Environment): ForwardProxy | undefined {
  const text = environment.HTTPS_PROXY || environment.https_proxy;
  if (!text || isLoopback(target.host)) return undefined;
  const exceptions = environment.NO_PROXY || environment.no_proxy || '';
  return isExcepted(target, exceptions) ? undefined : parseProxy(text);
}

/** Parses `[http[s]://][user[:password]@]host[:port]`, user and password percent-encoded. */
export function parseProxy(text: string): ForwardProxy {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  const defaultPort = PORTS[url?.protocol ?? ''];
  // The text may hold a password, so it is not shown.
  if (!url?.hostname || !defaultPort) throw refusal('HTTPS_PROXY is not the URL of an http:// or https:// proxy.');
  return {
    host: bare(url.hostname),
    port: url.port ? Number(url.port) : defaultPort,
    secure: url.protocol === 'https:',
    authorization: url.username || url.password ? basic(url.username, url.password) : undefined,
  };
}

/** RFC 7617 §2, in UTF-8. */
function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${decoded(user)}:${decoded(password)}`).toString('base64')}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refusal('The user or password in HTTPS_PROXY is not percent-encoded rightly.');
  }
}

function refusal(seen: string): TransportError {
  return new TransportError('refused', seen, 'TK-4004');
}

/**
 * Entries separated by commas or blanks: `*`, a name (itself and what is under it, with or without a leading `.` or `*.`),
 * an address, a network `10.0.0.0/8`; all but `*` and networks also with `:port`.
 */
function isExcepted(target: GatewayTarget, exceptions: string): boolean {
  const entries = exceptions.toLowerCase().split(/[\s,]+/);
  return entries.some((entry) => entry !== '' && (entry === '*' || matches(target, entry)));
}

function matches(target: GatewayTarget, entry: string): boolean {
  const host = bare(target.host.toLowerCase()).replace(/\.$/, '');
  if (entry.includes('/')) return inNetwork(host, entry);
  if (isIP(bare(entry))) return sameAddress(host, bare(entry));
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (port !== undefined && Number(port) !== target.port) return false;
  if (isIP(bare(name))) return sameAddress(host, bare(name));
  const suffix = name.replace(/^\*?\./, '').replace(/\.$/, '');
  return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`));
}

function inNetwork(host: string, network: string): boolean {
  const [address = '', prefix = ''] = network.split('/');
  const family = isIP(bare(address));
  const longest = family === 4 ? 32 : 128;
  if (!family || !isIP(host) || !/^\d{1,3}$/.test(prefix) || Number(prefix) > longest) return false;
  const list = new BlockList();
  list.addSubnet(bare(address), Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
  return list.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
}

/** Compares values, for one IPv6 address has many spellings. */
function sameAddress(host: string, address: string): boolean {
  return inNetwork(host, `${address}/${isIP(address) === 4 ? 32 : 128}`);
}

function isLoopback(host: string): boolean {
  const name = bare(host.toLowerCase()).replace(/\.$/, '');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return inNetwork(name, '127.0.0.0/8') || inNetwork(name, '::1/128');
}

/** Without the brackets of an IPv6 literal. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
