// The operator's own certificate (`--cert`, `--key`): what is wrong with it, and that it is read again when it changes.
import { X509Certificate } from 'node:crypto';
import { getCACertificates } from 'node:tls';
import type { Clock } from '../../contract/clock.ts';
import type { Certificate } from '../../contract/reactor.ts';
import { openCertificateFiles } from '../../identity/certificate-files.ts';
import { ALL_THERE, type Certificates } from './certificates.ts';

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Whether a chain (PEM, leaf first) leads to an authority this machine trusts, and is valid at `now` (wall-clock milliseconds):
 * undefined, or why not. Names are not looked at.
 */
export function chainFault(chain: string, authorities: readonly string[], now: number): string | undefined {
  const certificates = (chain.match(PEM) ?? []).map((pem) => new X509Certificate(pem));
  const last = certificates.at(-1);
  if (!last) return 'holds no certificate';
  if (certificates.some((one) => Date.parse(one.validTo) <= now)) return 'has expired';
  if (certificates.some((one) => now < Date.parse(one.validFrom))) return 'is not valid yet';
  if (!certificates.every((one, at) => at === 0 || issued(one, certificates[at - 1]!)))
    return 'is no chain: each certificate must be issued by the next';
  const anchored = authorities.some((pem) => {
    const root = new X509Certificate(pem);
    return root.fingerprint256 === last.fingerprint256 || issued(root, last);
  });
  return anchored ? undefined : 'does not lead to an authority that this machine trusts';
}

function issued(authority: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

/** Throws TK-6001 when they cannot be used. */
export async function fileCertificates(
  files: { readonly cert: string; readonly key: string },
  clock: Clock,
  say: (line: string) => void,
): Promise<Certificates> {
  const authorities = () => [...getCACertificates('default'), ...getCACertificates('system')];
  let fault: string | undefined;
  let leaf: X509Certificate | undefined;
  const look = (pair: Certificate) => {
    leaf = new X509Certificate(pair.cert);
    fault = chainFault(pair.cert, authorities(), clock.wall());
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
    ...ALL_THERE,
    certificate: () => opened.certificate,
    covers: (_sni, host) => leaf?.checkHost(host) !== undefined,
    distrust: (host) => {
      if (fault !== undefined) return `${files.cert} ${fault}`;
      return leaf?.checkHost(host) === undefined ? `${files.cert} is not for ${host}` : undefined;
    },
    close: () => opened.close(),
  };
}
