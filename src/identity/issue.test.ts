// What is issued, read by another implementation of X.509, and next to what that one issues.
import 'reflect-metadata/lite'; // `@peculiar/x509` looks for it while it is loaded
import { generateKeyPairSync, webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { expect, it } from 'vitest';
import { addressBytes } from './address-bytes.ts';
import { integer, oid, partsOf, sequence, time } from './der.ts';
import { issueLeaf, issueRoot, issuerOf } from './issue.ts';

const DAY_MS = 86_400_000;
const NAMES = ['app.example.com', '*.example.com', '127.0.0.1', '::1', '2001:db8::a:0:1', '::ffff:192.0.2.7'];
const validity = { from: Date.UTC(2026, 0, 1), until: Date.UTC(2026, 0, 1) + 90 * DAY_MS };

it('a root and a leaf say what they are to say, and each signature holds', async () => {
  const pair = issueRoot(validity);
  const root = new x509.X509Certificate(pair.cert);
  const leaf = new x509.X509Certificate(issueLeaf(issuerOf(pair), NAMES, validity).cert);
  expect(await root.isSelfSigned()).toBe(true);
  expect(await leaf.verify({ publicKey: root.publicKey, signatureOnly: true })).toBe(true);
  expect(root.subject).toMatch(/^CN=TunnelKit own authority [0-9a-f]{8}, O=TunnelKit$/);
  expect([leaf.subject, leaf.issuer, root.issuer]).toEqual(['O=TunnelKit', root.subject, root.subject]);
  expect([+leaf.notBefore, +leaf.notAfter]).toEqual([validity.from, validity.until]);
  expect(leaf.serialNumber).toMatch(/^[4-7][0-9a-f]{31}$/);

  const of = <T>(certificate: x509.X509Certificate, type: new (...given: never[]) => T) =>
    certificate.getExtension(type as never) as T & x509.Extension;
  expect(of(root, x509.BasicConstraintsExtension)).toMatchObject({ ca: true, pathLength: 0, critical: true });
  expect(of(leaf, x509.BasicConstraintsExtension)).toMatchObject({ ca: false, critical: true });
  const { keyCertSign, cRLSign, digitalSignature } = x509.KeyUsageFlags;
  expect(of(root, x509.KeyUsagesExtension)).toMatchObject({ usages: keyCertSign | cRLSign, critical: true });
  expect(of(leaf, x509.KeyUsagesExtension)).toMatchObject({ usages: digitalSignature, critical: true });
  expect(of(leaf, x509.ExtendedKeyUsageExtension).usages).toEqual([x509.ExtendedKeyUsage.serverAuth]);
  const { keyId } = of(root, x509.SubjectKeyIdentifierExtension);
  expect(keyId).toBe((await x509.SubjectKeyIdentifierExtension.create(root.publicKey)).keyId);
  expect(of(leaf, x509.AuthorityKeyIdentifierExtension).keyId).toBe(keyId);
  expect(new X509Certificate(leaf.toString('pem')).subjectAltName).toBe(
    'DNS:app.example.com, DNS:*.example.com, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, ' +
      'IP Address:2001:DB8:0:0:0:A:0:1, IP Address:0:0:0:0:0:FFFF:C000:207',
  );
});

it('a root of another maker, as earlier versions kept one, goes on', async () => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=TunnelKit own authority 0a1b2c3d, O=TunnelKit',
    keys: keys as x509.X509CertificateCreateSelfSignedParams['keys'],
    notBefore: new Date(validity.from),
    notAfter: new Date(validity.until),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey as CryptoKey),
    ],
  });
  const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  const leaf = new X509Certificate(
    issueLeaf(issuerOf({ cert: root.toString('pem'), key }), ['localhost'], validity).cert,
  );
  // Names and key identifiers are compared as OpenSSL compares them.
  expect(leaf.checkIssued(new X509Certificate(root.toString('pem')))).toBe(true);
  expect(leaf.verify(new X509Certificate(root.toString('pem')).publicKey)).toBe(true);
});

it('only keys of P-256 sign', () => {
  const other = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const { cert } = issueRoot(validity);
  for (const key of ['nothing', other]) expect(() => issuerOf({ cert, key })).toThrow();
});

it('DER has lengths beyond 127, numbers beyond 127, and years beyond 2049', () => {
  for (const bytes of [0, 127, 128, 255, 256, 65_536]) {
    const inner = integer(Buffer.alloc(bytes));
    expect(partsOf(sequence(inner, inner)).map(({ length }) => length)).toEqual([inner.length, inner.length]);
  }
  expect(oid('1.2.840.10045.4.3.2').toString('hex')).toBe('06082a8648ce3d040302');
  expect(time(Date.UTC(2049, 11, 31, 23, 59, 59, 999)).toString('latin1')).toMatch(/^\x17\x0d491231235959Z$/);
  expect(time(Date.UTC(2050, 0, 1)).toString('latin1')).toMatch(/^\x18\x0f20500101000000Z$/);
});

it('addresses are their bytes, names are none', () => {
  const hex = (text: string) => addressBytes(text)?.toString('hex');
  expect(hex('203.0.113.7')).toBe('cb007107');
  expect(hex('::')).toBe('0'.repeat(32));
  expect(hex('1:2:3:4:5:6:7:8')).toBe('00010002000300040005000600070008');
  expect(hex('fe80::')).toBe(`fe80${'0'.repeat(28)}`);
  expect(['localhost', '1.2.3', 'fe80::1%eth0', ''].map(hex)).toEqual([undefined, undefined, undefined, undefined]);
});
