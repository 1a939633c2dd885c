// Is a URL that was granted usable? Asked at the gateway's own address, because names like *.localhost do not resolve everywhere.
import { once } from 'node:events';
import { type IncomingMessage, request as requestPlainly } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { LINK_PATH } from '../../contract/link.ts';

const WITHIN_MS = 3_000;

/**
 * Asks the gateway, under the URL's host and port, for a path that it answers itself, so that the origin sees nothing.
 * Undefined: it answered. Otherwise why not, in one line. TCP exposures are not probed: their origin would see it.
 */
export async function unreachable(url: URL, gatewayHost: string): Promise<string | undefined> {
  if (url.protocol === 'tcp:') return undefined;
  const at = new URL(LINK_PATH, url);
  at.hostname = gatewayHost.includes(':') ? `[${gatewayHost}]` : gatewayHost;
  try {
    await answered(at, url);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
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
