// Is a URL that was granted usable? Asked at the gateway's own address, because names like *.localhost do not resolve everywhere.
import { Agent, request } from 'undici';
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
  const dispatcher = new Agent({
    connect: { servername: url.hostname, rejectUnauthorized: false, timeout: WITHIN_MS },
  });
  try {
    const signal = AbortSignal.timeout(WITHIN_MS);
    const { body } = await request(at, { dispatcher, signal, headers: { host: url.host } });
    await body.dump();
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  } finally {
    await dispatcher.destroy();
  }
}
