// Which kind of certificates a gateway has: the operator's files, by ACME, or of its own authority alone.
import { TunnelError } from '../../contract/errors.ts';
import { unobtainable } from '../../identity/acme/zones.ts';
import type { Certificates } from './certificates.ts';
import { type AcmeParts, acmeCertificates } from './certificates-acme.ts';
import { fileCertificates } from './certificates-files.ts';
import { ownCertificates } from './certificates-own.ts';
import type { ServeSettings } from './settings.ts';

export interface CertificateParts extends Omit<AcmeParts, 'acme' | 'domain'> {
  readonly settings: ServeSettings;
  say(line: string): void;
}

const NO_FILES = 'there is no --cert and --key, and no browser trusts the own authority';

/** Throws TK-6001 when the operator's files cannot be used, and what the data directory throws. */
export async function openCertificates(parts: CertificateParts): Promise<Certificates> {
  const { settings, authority, clock, say } = parts;
  const { domain, publicHost, certificate, acme } = settings;
  await authority.certificateFor(['localhost', '127.0.0.1', '::1']);
  if (certificate) return fileCertificates(certificate, clock, say);
  if (domain) await authority.certificateFor([domain, `*.${domain}`]);
  if (publicHost) await authority.certificateFor([publicHost]);
  if (!domain || !acme) return ownCertificates(authority, NO_FILES);
  const never = unobtainable(domain, acme);
  if (never === undefined) return acmeCertificates({ ...parts, acme, domain });
  return ownCertificates(authority, `${NO_FILES} (${new TunnelError('TK-6009', `${never}.`).message})`);
}
