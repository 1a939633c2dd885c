// A small authority that certifies whatever a test asks for, right or wrong.
import 'reflect-metadata/lite'; // `@peculiar/x509` looks for it while it is loaded
import type { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { Certificate } from '../contract/reactor.ts';

const HOUR_MS = 3_600_000;
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const { keyCertSign, digitalSignature } = x509.KeyUsageFlags;

export interface Issued {
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
  /** Its issuers up to the root, which is left out. */
  readonly above: readonly x509.X509Certificate[];
}

export interface Wanted {
  readonly by?: Issued | undefined;
  readonly names?: readonly string[];
  readonly commonName?: string;
  /** Hours from now. */
  readonly from?: number;
  readonly until?: number;
  readonly forClients?: boolean;
  /** An authority, with so many below it; `silent` may sign and does not say that it is one. */
  readonly authority?: number | 'silent' | 'denied' | undefined;
}

let serial = 1;

function constraints(authority: Wanted['authority']): x509.Extension[] {
  if (authority === 'silent') return [];
  const isAuthority = typeof authority === 'number';
  return [new x509.BasicConstraintsExtension(isAuthority, isAuthority ? authority : undefined, true)];
}

function alternatives(names: readonly string[]): x509.Extension[] {
  const all = names.map((value) => ({
    type: /^ip:/.test(value) ? ('ip' as const) : ('dns' as const),
    value: value.replace(/^ip:/, ''),
  }));
  return all.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(all)];
}

export async function issue({
  by,
  names = [],
  commonName = `odd ${serial}`,
  from = -1,
  until = 1,
  forClients = false,
  authority,
}: Wanted): Promise<Issued> {
  const keys = await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);
  const subject = `CN=${commonName}`;
  const certificate = await x509.X509CertificateGenerator.create({
    subject,
    issuer: by?.certificate.subjectName ?? subject,
    publicKey: keys.publicKey,
    signingKey: (by?.keys ?? keys).privateKey,
    serialNumber: String(serial++).padStart(2, '0'),
    notBefore: new Date(Date.now() + from * HOUR_MS),
    notAfter: new Date(Date.now() + until * HOUR_MS),
    signingAlgorithm: ECDSA,
    extensions: [
      ...constraints(authority),
      new x509.KeyUsagesExtension(authority === undefined ? digitalSignature : keyCertSign, true),
      ...(forClients ? [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])] : []),
      ...alternatives(names),
    ],
  });
  return { certificate, keys, above: by === undefined || by.above === ROOT ? [] : [by.certificate, ...by.above] };
}

const ROOT: readonly x509.X509Certificate[] = [];

export async function issueRoot(below = 3): Promise<Issued> {
  return { ...(await issue({ commonName: `odd root ${serial}`, authority: below })), above: ROOT };
}

/** As a server shows it: with the authorities between it and the root. */
export async function asShown({ certificate, keys, above }: Issued): Promise<Certificate> {
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { cert: [certificate, ...above].map((each) => each.toString('pem')).join('\n'), key };
}
