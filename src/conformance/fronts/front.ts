// What is asked the same questions: something that stands between visitors and raw origins.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Identity, RawOrigin } from '../raw/origin.ts';

export const ROOT = join(import.meta.dirname, '../../..');

/** A place for one case at a time: names of its own, and origins that hear nothing of other lanes. */
export interface Lane {
  /** Names, without port, that lead to `origin`, … */
  readonly open: string;
  /** … to the same one where visitors need the password `user:pass`, … */
  readonly guarded: string;
  /** … and to `secure`, which speaks TLS. */
  readonly secured: string;
  readonly origin: RawOrigin;
  readonly secure: RawOrigin;
}

export interface Front {
  readonly name: 'ours' | 'nginx' | 'haproxy';
  /** Where it listens for HTTP, and for HTTPS. */
  readonly port: number;
  readonly securePort: number;
  /** Where it takes HTTP/2 without TLS from visitors who speak it unasked. */
  readonly http2Port: number;
  readonly lanes: readonly Lane[];
  /** The processes of which it is made. */
  readonly pids: readonly number[];
  close(): Promise<void>;
}

/** The certificate of these tests: for `*.localhost`. */
export function identity(): Identity {
  const read = (name: string) => readFileSync(join(ROOT, `fixtures/tls/localhost.${name}.pem`), 'utf8');
  return { cert: read('cert'), key: read('key') };
}

export async function makeLanes(count: number): Promise<Lane[]> {
  const make = async (_: unknown, at: number): Promise<Lane> => ({
    open: `lane${at}.localhost`,
    guarded: `guarded${at}.localhost`,
    secured: `secured${at}.localhost`,
    origin: await RawOrigin.listen(),
    secure: await RawOrigin.listen(identity()),
  });
  return Promise.all(Array.from({ length: count }, make));
}

export function closeLanes(lanes: readonly Lane[]): void {
  for (const { origin, secure } of lanes) {
    origin.close();
    secure.close();
  }
}
