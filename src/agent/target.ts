import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { TunnelError } from '../contract/errors.ts';
import type { ExposureKind } from '../contract/exposure.ts';
import type { Address, HostPort } from '../contract/reactor.ts';

/** Where an exposure's streams go. This is all an agent ever dials: nothing a visitor or a gateway says changes it. */
export type OriginPlace =
  | { readonly type: 'tcp'; readonly at: Address }
  | { readonly type: 'udp'; readonly at: HostPort }
  | { readonly type: 'http'; readonly at: Address; readonly authority: string; readonly tls: OriginTls | undefined }
  | { readonly type: 'directory'; readonly path: string };

export interface OriginTls {
  readonly serverName: string;
  /** `report` on loopback only: there certificates are home-made and nobody stands between. */
  readonly verify: 'system' | 'report';
}

export interface Target {
  /** What visitors speak. */
  readonly kind: ExposureKind;
  readonly place: OriginPlace;
  /** One spelling for each target: an exposure without a name keeps the one it got for this text. */
  readonly text: string;
}

const DEFAULT_PORT = { http: 80, https: 443 } as const;

/**
 * Reads a TARGET: `3000`, `host:port`, `[::1]:80`, `http(s)://host[:port]`, `tcp://host:port`, `udp://host:port`, `unix:/path` (HTTP over it), or a
 * directory, relative to `workingDirectory`. A port or `host:port` wins over a directory of that name.
 * Throws TK-5005 for anything else, TK-2008 for what looks like a path but is no directory.
 */
export function parseTarget(text: string, workingDirectory: string): Target {
  const [, scheme, rest = ''] = /^(https?|tcp|unix|udp|mcp):(.*)$/i.exec(text) ?? [];
  const place = /^\/\/(.*?)\/?$/.exec(rest)?.[1];
  switch (scheme?.toLowerCase()) {
    case 'http':
      return webTarget(text, 'http', place);
    case 'https':
      return webTarget(text, 'https', place);
    case 'tcp':
      return portTarget(text, 'tcp', place);
    case 'udp':
      return portTarget(text, 'udp', place);
    case 'unix':
      return unixTarget(text, rest, workingDirectory);
    case 'mcp':
      throw usage(text, `targets of the kind ${scheme}: are not built yet`);
    default:
  }
  if (/^\d+$/.test(text)) return webTarget(text, 'http', `localhost:${text}`);
  if (/:\d+$/.test(text)) return webTarget(text, 'http', text);
  return directoryTarget(text, workingDirectory);
}

function webTarget(text: string, scheme: 'http' | 'https', from: string | undefined): Target {
  const { host, port = DEFAULT_PORT[scheme] } = hostAndPort(text, from);
  const authority = port === DEFAULT_PORT[scheme] ? host : `${host}:${port}`;
  const name = bare(host);
  const verify = isLoopback(name) ? 'report' : 'system';
  const tls: OriginTls | undefined = scheme === 'https' ? { serverName: name, verify } : undefined;
  const place = { type: 'http', at: { host: name, port }, authority, tls } as const;
  return { kind: 'http', place, text: `${scheme}://${host}:${port}` };
}

function portTarget(text: string, kind: 'tcp' | 'udp', from: string | undefined): Target {
  const { host, port } = hostAndPort(text, from);
  if (port === undefined) throw usage(text, `a ${kind}:// target needs a port`);
  return { kind, place: { type: kind, at: { host: bare(host), port } }, text: `${kind}://${host}:${port}` };
}

function unixTarget(text: string, path: string, workingDirectory: string): Target {
  if (path === '') throw usage(text, 'the path of the socket is missing');
  const absolute = resolve(workingDirectory, path.replace(/^\/\/(?=\/)/, ''));
  const place = { type: 'http', at: { path: absolute }, authority: 'localhost', tls: undefined } as const;
  return { kind: 'http', place, text: `unix:${absolute}` };
}

function directoryTarget(text: string, workingDirectory: string): Target {
  const path = resolve(workingDirectory, text);
  const found = text === '' ? undefined : statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return { kind: 'http', place: { type: 'directory', path }, text: `dir:${path}` };
  if (found || (!text.includes('://') && /[/\\]|^\.{1,2}$/.test(text))) {
    throw new TunnelError('TK-2008', `${path} ${found ? 'is not a directory' : 'does not exist'}.`);
  }
  throw usage(text, 'a target is a port, host:port, a URL, unix:/path, or a directory');
}

/** The host in canonical spelling (IPv6 in brackets) and the port, of `host[:port]`. */
function hostAndPort(text: string, from: string | undefined): { host: string; port: number | undefined } {
  const parts = /^(\[[0-9a-f:.]+\]|[^\s:/?#@[\]\\]+)(?::(\d{1,5}))?$/i.exec(from ?? '');
  // A number alone would be read as an IPv4 address by the rules of URLs: `tcp://5432` means a port to whoever writes it.
  const url = parts && !/^\d+$/.test(parts[1]!) ? URL.parse(`http://${parts[1]}`) : null;
  if (!parts || !url) throw usage(text, 'after the scheme stand //, a host and a port, nothing more');
  const port = parts[2] === undefined ? undefined : Number(parts[2]);
  if (port !== undefined && (port < 1 || port > 65_535)) throw usage(text, 'a port lies between 1 and 65535');
  return { host: url.hostname, port };
}

function bare(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** What stands before an `@` may be a password: it is not repeated. */
function usage(text: string, why: string): TunnelError {
  const shown = text.replace(/^(\w+:\/\/)?.*@/s, '$1…@');
  return new TunnelError('TK-5005', `${JSON.stringify(shown)}: ${why}.`);
}
