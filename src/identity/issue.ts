/**
 * How certificates look: the root of an own authority and the leaves below it. ECDSA on P-256, which every browser takes.
 * Knows X.509; refuses to know when one is made and where it is kept.
 */
import 'reflect-metadata/lite'; // `@peculiar/x509` looks for it while it is loaded

import { createPrivateKey, KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import type { Certificate } from '../contract/reactor.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const { digitalSignature, keyCertSign, cRLSign } = x509.KeyUsageFlags;

/** Wall-clock milliseconds. */
export interface Validity {
  readonly from: number;
  readonly until: number;
}

/** A certificate with the private key to sign others with. */
export interface Issuer {
  readonly certificate: x509.X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

export async function issueRoot(validity: Validity): Promise<Certificate> {
  const keys = await makeKeys();
  const serialNumber = randomSerial();
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    // Several gateways may be trusted by one browser: the serial tells their roots apart in its list.
    name: `CN=TunnelKit own authority ${serialNumber.slice(0, 8)}, O=TunnelKit`,
    keys,
    serialNumber,
    notBefore: new Date(validity.from),
    notAfter: new Date(validity.until),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(keyCertSign | cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return pemPair(root, keys.privateKey);
}

/** `names`: DNS names in lower case as A-labels, `*.` before some of them, and IP addresses. At least one. */
export async function issueLeaf(issuer: Issuer, names: readonly string[], validity: Validity): Promise<Certificate> {
  const keys = await makeKeys();
  const leaf = await x509.X509CertificateGenerator.create({
    // No common name: it may have 64 characters, names may have 253, and only the alternative names count (RFC 9525 §6.3).
    subject: 'O=TunnelKit',
    issuer: issuer.certificate.subjectName,
    publicKey: keys.publicKey,
    signingKey: issuer.key,
    serialNumber: randomSerial(),
    notBefore: new Date(validity.from),
    notAfter: new Date(validity.until),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }))),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.certificate),
    ],
  });
  return pemPair(leaf, keys.privateKey);
}

/** Throws, in OpenSSL's words, where the pair is not PEM or the key not one of P-256. */
export function issuerOf(pair: Certificate): Issuer {
  return {
    certificate: new x509.X509Certificate(pair.cert),
    key: createPrivateKey(pair.key).toCryptoKey(ALGORITHM, false, ['sign']),
  };
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
}

/** 16 bytes of chance, positive and without leading zeroes, as RFC 5280 §4.1.2.2 wants a serial. */
function randomSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes.toString('hex');
}

function pemPair(certificate: x509.X509Certificate, key: webcrypto.CryptoKey): Certificate {
  return {
    cert: `${certificate.toString('pem')}\n`,
    key: KeyObject.from(key).export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}
