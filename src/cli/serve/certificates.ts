// Which certificate the HTTPS port shows, and whether visitors' browsers trust it.
import { X509Certificate } from 'node:crypto';
import { getCACertificates } from 'node:tls';
import type { Clock } from '../../contract/clock.ts';
import type { Certificate } from '../../contract/reactor.ts';
import type { Authority } from '../../identity/authority.ts';
import { openCertificateFiles } from '../../identity/certificate-files.ts';
import type { ServeSettings } from './settings.ts';

export interface Certificates {
  certificate(serverName: string | undefined): Certificate | undefined;
  /** Whether the certificate shown for `sni` is good for `host` too. */
  covers(sni: string, host: string): boolean;
  /** Visitors' browsers will trust it: URLs are `https://`. */
  trusted(): boolean;
  /** A host that will be visited: its certificate is made now. */
  prepare(host: string): Promise<void>;
  close(): void;
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Whether a chain (PEM, leaf first) leads to an authority this machine trusts, and is valid now. Names are not looked at. */
export function chainTrusted(chain: string, authorities: readonly string[], now: number): boolean {
  const certificates = (chain.match(PEM) ?? []).map((pem) => new X509Certificate(pem));
  const last = certificates.at(-1);
  const valid = certificates.every((one) => Date.parse(one.validFrom) <= now && now < Date.parse(one.validTo));
  const linked = certificates.every((one, at) => at === 0 || issued(one, certificates[at - 1]!));
  if (!last || !valid || !linked) return false;
  return authorities.some((pem) => {
    const root = new X509Certificate(pem);
    return root.fingerprint256 === last.fingerprint256 || issued(root, last);
  });
}

function issued(authority: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

/** Certificates of the own authority: for whoever asks, since agents look at the pin and visitors were warned. */
function ownCertificates(authority: Authority): Certificates {
  const shown = (serverName: string | undefined) =>
    authority.certificate(serverName) ?? authority.certificate(undefined);
  return {
    certificate: shown,
    covers: (sni, host) => shown(sni) === shown(host),
    trusted: () => false,
    prepare: async (host) => {
      if (authority.certificate(host) === undefined) await authority.certificateFor([host]);
    },
    close: () => authority.close(),
  };
}

async function fileCertificates(
  files: { readonly cert: string; readonly key: string },
  clock: Clock,
  say: (line: string) => void,
): Promise<Certificates> {
  const authorities = () => [...getCACertificates('default'), ...getCACertificates('system')];
  let trusted = false;
  let leaf: X509Certificate | undefined;
  const look = (pair: Certificate) => {
    leaf = new X509Certificate(pair.cert);
    trusted = chainTrusted(pair.cert, authorities(), clock.wall());
  };
  const opened = await openCertificateFiles({
    ...files,
    clock,
    onChange: (pair) => {
      look(pair);
      say(`the certificate was read again from ${files.cert}`);
    },
    onBroken: (error) => say(`${error.message}; the one before stays in use`),
  });
  look(opened.certificate);
  return {
    certificate: () => opened.certificate,
    covers: (_sni, host) => leaf?.checkHost(host) !== undefined,
    trusted: () => trusted,
    prepare: async () => {},
    close: () => opened.close(),
  };
}

/** Throws TK-6001 when the operator's files cannot be used. */
export async function openCertificates(
  settings: ServeSettings,
  authority: Authority,
  clock: Clock,
  say: (line: string) => void,
): Promise<Certificates> {
  const { domain, publicHost } = settings;
  await authority.certificateFor(['localhost', '127.0.0.1', '::1']);
  if (settings.certificate) return fileCertificates(settings.certificate, clock, say);
  if (domain) await authority.certificateFor([domain, `*.${domain}`]);
  if (publicHost) await authority.certificateFor([publicHost]);
  return ownCertificates(authority);
}
