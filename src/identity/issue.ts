/**
 * How certificates look: the root of an own authority and the leaves below it. ECDSA on P-256, which every browser takes.
 * Knows X.509 (RFC 5280), of which it only writes this much; refuses to know when one is made and where it is kept.
 */
import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import type { Certificate } from '../contract/reactor.ts';
import { addressBytes } from './address-bytes.ts';
import { bits, context, integer, octets, oid, partsOf, sequence, setOf, time, utf8, within, yes } from './der.ts';

const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const SERVER_AUTH = oid('1.3.6.1.5.5.7.3.1');
const VERSION_3 = within(0, integer(Buffer.from([2])));
const NAME = { commonName: '2.5.4.3', organization: '2.5.4.10' } as const;
/** Which of the bits of a key usage, from the left, and how many are left over at the end of their byte. */
const USAGE = {
  digitalSignature: bits(Buffer.from([0b1000_0000]), 7),
  certificatesAndLists: bits(Buffer.from([0b0000_0110]), 1),
} as const;
/** Of the SPKI of a P-256 key: the point, at its end. */
const POINT_BYTES = 65;

/** Wall-clock milliseconds. */
export interface Validity {
  readonly from: number;
  readonly until: number;
}

/** A certificate with the private key to sign others with. */
export interface Issuer {
  /** Its subject, as DER. */
  readonly name: Buffer;
  readonly keyId: Buffer;
  readonly key: KeyObject;
}

export function issueRoot(validity: Validity): Certificate {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serial = randomSerial();
  // Several gateways may be trusted by one browser: the serial tells their roots apart in its list.
  const name = nameOf({
    commonName: `TunnelKit own authority ${serial.toString('hex').slice(0, 8)}`,
    organization: 'TunnelKit',
  });
  const issuer = { name, keyId: keyIdOf(keys.publicKey), key: keys.privateKey };
  return certificate(issuer, { serial, subject: name, validity, keys }, [
    extension('2.5.29.19', sequence(yes(), integer(Buffer.from([0]))), 'critical'),
    extension('2.5.29.15', USAGE.certificatesAndLists, 'critical'),
    extension('2.5.29.14', octets(issuer.keyId)),
  ]);
}

/** `names`: DNS names in lower case as A-labels, `*.` before some of them, and IP addresses. At least one. */
export function issueLeaf(issuer: Issuer, names: readonly string[], validity: Validity): Certificate {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // No common name: it may have 64 characters, names may have 253, and only the alternative names count (RFC 9525 §6.3).
  const subject = nameOf({ organization: 'TunnelKit' });
  return certificate(issuer, { serial: randomSerial(), subject, validity, keys }, [
    extension('2.5.29.19', sequence(), 'critical'),
    extension('2.5.29.15', USAGE.digitalSignature, 'critical'),
    extension('2.5.29.37', sequence(SERVER_AUTH)),
    extension('2.5.29.17', sequence(...names.map(alternativeName))),
    extension('2.5.29.14', octets(keyIdOf(keys.publicKey))),
    extension('2.5.29.35', sequence(context(0, issuer.keyId))),
  ]);
}

/** Throws, in OpenSSL's words, where the pair is not PEM or the key not one of P-256. */
export function issuerOf(pair: Certificate): Issuer {
  const { raw, publicKey } = new X509Certificate(pair.cert);
  const key = createPrivateKey(pair.key);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('not a key of P-256');
  // Version, serial, algorithm, issuer, validity, subject (RFC 5280 §4.1).
  const name = partsOf(partsOf(raw)[0]!)[5]!;
  return { name, keyId: keyIdOf(publicKey), key };
}

interface Contents {
  readonly serial: Buffer;
  readonly subject: Buffer;
  readonly validity: Validity;
  readonly keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
}

function certificate(issuer: Issuer, { serial, subject, validity, keys }: Contents, extensions: Buffer[]): Certificate {
  const spki = keys.publicKey.export({ format: 'der', type: 'spki' });
  const lasts = sequence(time(validity.from), time(validity.until));
  const contents = sequence(
    ...[VERSION_3, integer(serial), ECDSA_SHA256, issuer.name, lasts, subject, spki],
    within(3, sequence(...extensions)),
  );
  const signed = sequence(contents, ECDSA_SHA256, bits(sign('sha256', contents, issuer.key)));
  return {
    cert: new X509Certificate(signed).toString(),
    key: keys.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

function nameOf(parts: { readonly [Part in keyof typeof NAME]?: string }): Buffer {
  const types = Object.keys(parts) as (keyof typeof NAME)[];
  return sequence(...types.map((type) => setOf(sequence(oid(NAME[type]), utf8(parts[type]!)))));
}

function extension(id: string, contents: Buffer, ...critical: readonly 'critical'[]): Buffer {
  return sequence(oid(id), ...critical.map(yes), octets(contents));
}

function alternativeName(name: string): Buffer {
  const address = addressBytes(name);
  return address === undefined ? context(2, Buffer.from(name, 'latin1')) : context(7, address);
}

/** RFC 5280 §4.2.1.2, method 1. */
function keyIdOf(key: KeyObject): Buffer {
  const spki = key.export({ format: 'der', type: 'spki' });
  return createHash('sha1').update(spki.subarray(-POINT_BYTES)).digest();
}

/** 16 bytes of chance, positive and without leading zeroes, as RFC 5280 §4.1.2.2 wants a serial. */
function randomSerial(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes;
}
