import type { ExposureGrant, ExposureKind } from '../contract/exposure.ts';

/**
 * Decides where an exposure can be visited: under a name or at a port, and with which URL.
 * Knows the gateway's listeners and domain; knows nothing of who owns what, and opens nothing.
 */

/** What of the gateway decides where exposures go. Ports are those bound; undefined where there is no such listener. */
export interface Grounds {
  /** Canonical; undefined where the gateway runs without one. */
  readonly domain: string | undefined;
  /** `--public-host`. */
  readonly publicHost: string | undefined;
  readonly httpPort: number | undefined;
  readonly httpsPort: number | undefined;
  /** Whether visitors' browsers trust what the HTTPS listener shows for this host. */
  trusts(host: string): boolean;
  /** Whether a host that they do not trust is soon trusted, and why it is not. */
  outlook(host: string): Pick<ExposureGrant, 'coming' | 'remark'>;
}

/** Who asks. */
export interface Asker {
  /** The agent runs on the gateway's own machine (a loopback address). */
  readonly local: boolean;
  /** The host under which the agent reached the gateway. */
  readonly dialled: string;
}

export type Placement =
  | { readonly by: 'name'; host(name: string): string; url(name: string): string }
  | { readonly by: 'port'; url(port: number): string };

/** The zone of names that every machine resolves to itself (RFC 6761 §6.3). */
const LOCAL_ZONE = 'localhost';

/** The zone under which names of this gateway are visited, as far as it has names. */
export function zoneOf(grounds: Grounds): string {
  return grounds.domain ?? LOCAL_ZONE;
}

/**
 * HTTP goes by name where names can work: under the domain, or under `localhost` for agents of this machine. Without
 * either, or where a port and no name is asked for, it goes by port, as TCP and UDP always do.
 */
export function place(
  grounds: Grounds,
  asked: { readonly kind: ExposureKind; readonly name: string | undefined; readonly port: number | undefined },
  asker: Asker,
): Placement {
  const hasNames = grounds.domain !== undefined || asker.local;
  const named = asked.kind === 'http' && (asked.port === undefined || asked.name !== undefined);
  if (named && hasNames) {
    const host = (name: string) => `${name}.${zoneOf(grounds)}`;
    return { by: 'name', host, url: (name) => webOrigin(grounds, host(name)) };
  }
  const publicHost = bracketed(grounds.publicHost ?? grounds.domain ?? asker.dialled);
  return { by: 'port', url: (port) => `${asked.kind}://${publicHost}:${port}` };
}

/** `https` only where browsers will trust it, or where there is nothing else. */
export function webOrigin(grounds: Grounds, host: string): string {
  const { httpPort, httpsPort } = grounds;
  if (httpsPort !== undefined && (grounds.trusts(host) || httpPort === undefined)) {
    return `https://${host}${httpsPort === 443 ? '' : `:${httpsPort}`}`;
  }
  return `http://${host}${httpPort === undefined || httpPort === 80 ? '' : `:${httpPort}`}`;
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
