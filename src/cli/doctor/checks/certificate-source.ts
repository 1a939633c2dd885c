// Where visitors' certificates are to come from, before any is shown: files that can be used, or an authority that gives them.
import { X509Certificate } from 'node:crypto';
import { getCACertificates } from 'node:tls';
import { unobtainable } from '../../../identity/acme/zones.ts';
import { loadPair } from '../../../identity/certificate-files.ts';
import { chainFault } from '../../serve/certificates-files.ts';
import { judgeCertificate } from '../certificate.ts';
import { type Check, type Finding, notApplicable, ok, warning } from '../check.ts';
import { config } from './config.ts';
import { onGateway } from './on-gateway.ts';

/** Rejects with TK-6001. */
async function ofFiles(
  files: { readonly cert: string; readonly key: string },
  domain: string | undefined,
  now: number,
): Promise<Finding> {
  const { cert } = await loadPair(files);
  const fault = chainFault(cert, [...getCACertificates('default'), ...getCACertificates('system')], now);
  const leaf = new X509Certificate(cert);
  const found = judgeCertificate(leaf, fault === undefined, now);
  if (found.outcome !== 'ok') return { ...found, seen: `${files.cert}: ${found.seen}` };
  if (fault !== undefined) return warning('TK-6011', `${files.cert} ${fault}.`);
  const isForDomain = domain === undefined || leaf.checkHost(domain) !== undefined;
  return isForDomain ? ok(`${files.cert}: ${found.seen}`) : warning('TK-6011', `${files.cert} is not for ${domain}.`);
}

export const certificateSource: Check = {
  name: 'certificate-source',
  title: 'certificate of the domain',
  needs: [config],
  run: onGateway(async (patient) => {
    const { certificate, domain, acme } = await patient.serveSettings();
    if (certificate) return ofFiles(certificate, domain, patient.now());
    if (!domain || !acme) return notApplicable('the own authority makes it');
    const never = unobtainable(domain, acme);
    return never === undefined ? ok(`by ACME, of ${acme.directory}`) : warning('TK-6009', `${never}.`);
  }),
};
