// Whether a certificate that verified is for the server that was meant, and why one did not: Node's own check still takes common names,
// parts of labels as wildcards, and authorities that do not say that they are one.
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { DetailedPeerCertificate, PeerCertificate, TLSSocket } from 'node:tls';
import type { CertificateFault } from '../contract/pipe.ts';

/** RFC 9525: alternative names only, `*` for one whole label. */
const NAMES = { subject: 'never', partialWildcards: false, multiLabelWildcards: false } as const;

/** For Node's `checkServerIdentity`, of a chain that verified. `host`: a name as A-labels, or an IP address. */
export function identityError(host: string, shown: PeerCertificate): Error | undefined {
  const leaf = new X509Certificate(shown.raw);
  const named = isIP(host) === 0 ? nameIn(leaf, host) : leaf.checkIP(host);
  if (named === undefined) return refusal('HOSTNAME_MISMATCH');
  return hasWeakIssuer(shown as DetailedPeerCertificate) ? refusal('INVALID_CA') : undefined;
}

const refusal = (code: string) => Object.assign(new Error(code), { code });

/** What is no name of the DNS (RFC 1123) matches nothing, however a library would read it. */
function nameIn(certificate: X509Certificate, host: string): string | undefined {
  const name = /^((?!-)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?$/i.exec(host)?.[1];
  return name === undefined ? undefined : certificate.checkHost(name, NAMES);
}

/** OpenSSL lets one pass that may sign certificates and does not say that it is an authority (RFC 5280 §4.2.1.9 wants both). */
function hasWeakIssuer(leaf: DetailedPeerCertificate): boolean {
  let below = leaf;
  for (
    let issuer = leaf.issuerCertificate;
    issuer !== undefined && issuer !== below;
    issuer = issuer.issuerCertificate
  ) {
    const certificate = new X509Certificate(issuer.raw);
    // Roots are trusted for being listed; old ones have no extensions.
    if (!certificate.ca && !certificate.checkIssued(certificate)) return true;
    below = issuer;
  }
  return false;
}

/** Why the certificate that was shown is not trusted; undefined where it is. */
export function faultOf(socket: TLSSocket): CertificateFault | undefined {
  if (socket.authorized) return undefined;
  const certificate = socket.getPeerX509Certificate();
  return {
    reason: String(socket.authorizationError),
    from: Date.parse(certificate?.validFrom ?? ''),
    until: Date.parse(certificate?.validTo ?? ''),
    names: certificate?.subjectAltName ?? '',
  };
}
