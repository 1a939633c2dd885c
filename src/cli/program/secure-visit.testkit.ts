// Certificates for a domain of tests, and a visitor that checks them as a browser would.
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import type { Certificate } from '../../contract/reactor.ts';
import { type Issuer, issueLeaf, issueRoot, issuerOf } from '../../identity/issue.ts';
import type { Reply } from './visit.testkit.ts';

const HOUR_MS = 3_600_000;
const validity = () => ({ from: Date.now() - HOUR_MS, until: Date.now() + HOUR_MS });

/** An authority that nobody trusts but whoever is told to. */
export class TestAuthority {
  readonly pem: string;
  readonly #issuer: Issuer;

  private constructor(root: Certificate) {
    this.pem = root.cert;
    this.#issuer = issuerOf(root);
  }

  static make(): TestAuthority {
    return new TestAuthority(issueRoot(validity()));
  }

  leaf(names: readonly string[], valid = validity()): Certificate {
    return issueLeaf(this.#issuer, names, valid);
  }
}

/** By rename, one file after the other, as certbot does. */
export function install(pair: Certificate, files: { readonly cert: string; readonly key: string }): void {
  for (const part of ['key', 'cert'] as const) {
    writeFileSync(`${files[part]}.new`, pair[part]);
    renameSync(`${files[part]}.new`, files[part]);
  }
}

export interface SecureAsked {
  readonly ca: string;
  /** What the client says it wants in its TLS hello; the URL's host by default. */
  readonly servername?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Over HTTPS to loopback, checking the certificate for the server name. */
export async function visitSecurely(url: URL, { ca, servername, headers }: SecureAsked): Promise<Reply> {
  const sent = request({
    host: '127.0.0.1',
    port: url.port,
    path: url.pathname + url.search,
    servername: servername ?? url.hostname,
    headers: { host: url.host, ...headers },
    ca,
    agent: false,
  }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() };
}

/** The serial number of the certificate that a new connection is shown. */
export async function serialAt(url: URL): Promise<string> {
  const options = { host: '127.0.0.1', port: Number(url.port), servername: url.hostname, rejectUnauthorized: false };
  const socket: TLSSocket = connect(options);
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber.toLowerCase();
}
