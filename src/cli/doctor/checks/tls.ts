// The TLS handshake: whether a gateway speaks there, and which certificate stands in front of it.
import type { X509Certificate } from 'node:crypto';
import { ALPN_ANPX } from '../../../contract/link.ts';
import { formatAddress } from '../../address.ts';
import { type Check, type Finding, notApplicable, ok, warning } from '../check.ts';
import { secureWayTo } from '../way.ts';
import { tcp } from './tcp.ts';
import { toGateway } from './to-gateway.ts';

const DAY_MS = 86_400_000;
/** ACME renews at two thirds of 90 days: what is left below this was not renewed. */
const DAYS_LEFT_MIN = 10;

/** Who vouches for it, and until when; a pin holds whatever the certificate, so that nothing here is a failure. */
function judge(certificate: X509Certificate, trusted: boolean, now: number): Finding {
  const issuer = certificate.issuer.replaceAll('\n', ', ');
  const isOwn = issuer.includes('TunnelKit own authority');
  const kind = isOwn ? "the gateway's own authority" : trusted ? 'an authority trusted here' : 'nobody trusted here';
  const daysLeft = Math.floor((Date.parse(certificate.validTo) - now) / DAY_MS);
  const until = new Date(certificate.validTo).toISOString().slice(0, 10);
  const seen = `certificate by ${kind} (${issuer}), valid until ${until}`;
  if (daysLeft >= DAYS_LEFT_MIN) return ok(seen);
  const renew = 'Renew it on the gateway, or see there why it was not renewed.';
  return warning('TK-6001', `${seen}${daysLeft < 0 ? ': it has expired' : `: ${daysLeft} days left`}`, renew);
}

export const tls: Check = {
  name: 'tls',
  title: 'TLS with the gateway',
  needs: [tcp],
  run: toGateway(async (patient, signal) => {
    const credentials = await patient.credentials();
    if ((await patient.agentSettings()).insecure) return notApplicable('`insecure`: it goes without TLS');
    const proxied = (await patient.proxy()) !== undefined;
    const socket = await secureWayTo(patient, proxied ? ['http/1.1'] : [ALPN_ANPX, 'http/1.1'], signal);
    const certificate = socket.getPeerX509Certificate();
    socket.destroy();
    if (!proxied && socket.alpnProtocol !== ALPN_ANPX) {
      const seen = `${formatAddress(credentials)} speaks TLS, but not ${ALPN_ANPX}: a reverse proxy stands before the gateway, or it is none.`;
      return warning('TK-4001', seen, 'Nothing, if the link below works; it goes over a WebSocket then.');
    }
    return certificate ? judge(certificate, socket.authorized, patient.now()) : ok('no certificate was shown');
  }),
};
