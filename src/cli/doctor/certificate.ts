// What to say of a certificate that was shown: who vouches for it, and for how long.
import type { X509Certificate } from 'node:crypto';
import { type Finding, ok, warning } from './check.ts';

const DAY_MS = 86_400_000;
/** Renewed at two thirds of its life: what has less left was not. */
const LEFT_MIN_OF_LIFE = 1 / 5;
/** Who renews by hand does not begin months ahead. */
const LEFT_MIN_MS = 10 * DAY_MS;

const isOfOwnAuthority = ({ issuer }: X509Certificate) => issuer.includes('TunnelKit own authority');

/** `trusted`: by the authorities of this machine. `now`: milliseconds since 1970. */
export function judgeCertificate(certificate: X509Certificate, trusted: boolean, now: number): Finding {
  const issuer = certificate.issuer.replaceAll('\n', ', ');
  const voucher = trusted
    ? 'an authority trusted here'
    : isOfOwnAuthority(certificate)
      ? "the gateway's own authority"
      : 'nobody trusted here';
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  const until = new Date(to).toISOString().slice(0, 10);
  const left = to - now;
  const seen = `certificate by ${voucher} (${issuer}), valid until ${until}`;
  if (left >= Math.min(LEFT_MIN_MS, (to - from) * LEFT_MIN_OF_LIFE)) return ok(seen);
  return warning('TK-6010', `${seen}: ${left < 0 ? 'it has ended' : `${(left / DAY_MS).toFixed(1)} days left`}.`);
}
