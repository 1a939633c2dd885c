// What to say of a certificate that was shown: who vouches for it, and for how long.
import type { X509Certificate } from 'node:crypto';
import { type Finding, ok, warning } from './check.ts';

const DAY_MS = 86_400_000;
/** ACME renews at two thirds of 90 days: what is left below this was not renewed. */
const DAYS_LEFT_MIN = 10;
const RENEW = 'Renew it on the gateway, or see there why it was not renewed.';

const isOfOwnAuthority = ({ issuer }: X509Certificate) => issuer.includes('TunnelKit own authority');

/** `trusted`: by the authorities of this machine. `now`: milliseconds since 1970. */
export function judgeCertificate(certificate: X509Certificate, trusted: boolean, now: number): Finding {
  const issuer = certificate.issuer.replaceAll('\n', ', ');
  const voucher = isOfOwnAuthority(certificate)
    ? "the gateway's own authority"
    : trusted
      ? 'an authority trusted here'
      : 'nobody trusted here';
  const daysLeft = Math.floor((Date.parse(certificate.validTo) - now) / DAY_MS);
  const until = new Date(certificate.validTo).toISOString().slice(0, 10);
  const seen = `certificate by ${voucher} (${issuer}), valid until ${until}`;
  if (daysLeft >= DAYS_LEFT_MIN) return ok(seen);
  return warning('TK-6001', `${seen}${daysLeft < 0 ? ': it has expired' : `: ${daysLeft} days left`}.`, RENEW);
}
