// What a TLS handshake would have agreed on, without the cipher: for what stands above a memory reactor.
import { createHash, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Secure } from '../../contract/pipe.ts';
import type { DialTls, ListenTls } from '../../contract/reactor.ts';
import type { Random } from './random.ts';

interface Agreement {
  readonly near: Secure;
  readonly far: Secure;
}

/** Undefined where neither side speaks TLS. */
export function handshake(
  listen: ListenTls | undefined,
  dial: DialTls | undefined,
  random: Random,
): Agreement | 'failed' | undefined {
  if (listen === undefined && dial === undefined) return undefined;
  if (listen === undefined || dial === undefined) return 'failed';
  if (listen.refuses?.()) return 'failed';
  const sni = dial.serverName === '' ? undefined : dial.serverName;
  const certificate = listen.certificate(sni);
  const alpn = listen.alpn.find((name) => dial.alpn.includes(name));
  const trusted = certificate !== undefined && isTrusted(certificate.cert, dial);
  if (certificate === undefined || (alpn === undefined && dial.alpn.length > 0)) return 'failed';
  if (dial.verify === 'system' && !trusted) return 'failed';
  const secret = `${random.next()} ${random.next()}`;
  const exporter = (label: string, length: number): Buffer =>
    createHash('shake256', { outputLength: length }).update(`${secret} ${label}`).digest();
  return { near: { alpn, sni, trusted, exporter }, far: { alpn, sni, trusted: false, exporter } };
}

/** Here a certificate is trusted when it is itself among the dialler's authorities and is for the name asked for. */
function isTrusted(pem: string, { authorities, serverName }: DialTls): boolean {
  if (authorities === undefined || !authorities.includes(pem)) return false;
  const certificate = new X509Certificate(pem);
  return (isIP(serverName) === 0 ? certificate.checkHost(serverName) : certificate.checkIP(serverName)) !== undefined;
}
