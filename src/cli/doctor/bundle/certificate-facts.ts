// The public facts of certificates on this machine: those of the configuration, and those in the data directory. Keys beside them stay where they are.
import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { Patient } from '../patient.ts';
import { filesUnder } from './files-under.ts';

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
/** A chain with its key has less than a tenth of it. */
const FILE_BYTES_MAX = 65_536;

function factsOf(file: string, pem: string): object {
  try {
    const { subject, subjectAltName, issuer, validFrom, validTo, serialNumber, fingerprint256 } = new X509Certificate(
      pem,
    );
    return { file, subject, subjectAltName, issuer, validFrom, validTo, serialNumber, fingerprint256 };
  } catch {
    return { file, broken: true };
  }
}

async function certificatesIn(file: string): Promise<readonly object[]> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile() || found.size > FILE_BYTES_MAX) return [];
  const text = await readFile(file, 'utf8').catch(() => '');
  return (text.match(PEM) ?? []).map((pem) => factsOf(file, pem));
}

export async function certificateFacts(patient: Patient): Promise<readonly object[]> {
  const { certificate, dataDirectory } = await patient.serveSettings();
  const files = [...(certificate ? [certificate.cert] : []), ...(await filesUnder(dataDirectory))];
  return (await Promise.all(files.map(certificatesIn))).flat();
}
