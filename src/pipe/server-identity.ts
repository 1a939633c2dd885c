// Whether a certificate that verified is for the server that was meant, and why one did not. Node's own check still takes common names,
// and wildcards for parts of labels.
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { CertificateFault } from '../contract/pipe.ts';

/** RFC 9525: alternative names only, `*` for one whole label. */
const NAMES = { subject: 'never', partialWildcards: false, multiLabelWildcards: false } as const;

/** For Node's `checkServerIdentity`, of a chain that verified. `host`: a name as A-labels, or an IP address. */
export function identityError(host: string, { raw }: PeerCertificate): Error | undefined {
  const certificate = new X509Certificate(raw);
  const named = isIP(host) === 0 ? nameIn(certificate, host) : certificate.checkIP(host);
  return named === undefined ? Object.assign(new Error('another name'), { code: 'HOSTNAME_MISMATCH' }) : undefined;
}

/** What is no name of the DNS (RFC 1123) matches nothing, however a library would read it. */
function nameIn(certificate: X509Certificate, host: string): string | undefined {
  const name = /^((?!-)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?$/i.exec(host)?.[1];
  return name === undefined ? undefined : certificate.checkHost(name, NAMES);
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
