// Is a URL that was granted usable? Asked at the gateway's own address, because names like *.localhost do not resolve everywhere.
import { once } from 'node:events';
import { type IncomingMessage, request as requestPlainly } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { connect } from 'node:net';
import type { ExposureGrant } from '../../contract/exposure.ts';
import { LINK_PATH } from '../../contract/link.ts';

const WITHIN_MS = 3_000;

/**
 * Asks the gateway, under the URL's host and port, without the origin seeing anything: for a path that it answers itself, or, at a
 * port of the exposure alone, for a connection and nothing more. Undefined: it answered. Otherwise why not, in one line. TCP
 * and UDP exposures are not probed: their origin would see it.
 */
export async function unreachable(grant: ExposureGrant, gatewayHost: string): Promise<string | undefined> {
  if (grant.kind !== 'http') return undefined;
  if (!URL.canParse(grant.url)) return 'it is no URL';
  const url = new URL(grant.url);
  const at = new URL(LINK_PATH, url);
  at.hostname = gatewayHost.includes(':') ? `[${gatewayHost}]` : gatewayHost;
  try {
    await (grant.name === undefined ? connected(Number(url.port), gatewayHost) : answered(at, url));
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  }
}

/** An HTTP listener dials no origin before a request has come. */
async function connected(port: number, host: string): Promise<void> {
  const socket = connect({ port, host });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(WITHIN_MS) });
  } finally {
    socket.destroy();
  }
}

/** Resolves with the head of any response to `at`, asked for as the host of `url`. */
async function answered(at: URL, url: URL): Promise<void> {
  const signal = AbortSignal.timeout(WITHIN_MS);
  const options = { agent: false, signal, headers: { host: url.host } };
  const asked =
    at.protocol === 'https:'
      ? requestSecurely(at, { ...options, servername: url.hostname, rejectUnauthorized: false })
      : requestPlainly(at, options);
  const [response] = (await once(asked.end(), 'response')) as [IncomingMessage];
  response.destroy();
}
