// Why nothing vouches for a gateway's certificate, in words: what a person can do about it depends on it.
import type { CertificateFault } from '../contract/pipe.ts';

/** By OpenSSL's names. */
const WORDS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'Its certificate is signed by itself.',
  SELF_SIGNED_CERT_IN_CHAIN: 'Its certificate is by an authority that this machine does not know.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'Its certificate is by an authority that this machine does not know.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'Its certificate is by an authority that this machine does not know, or comes without those in between.',
  INVALID_PURPOSE: 'Its certificate is not one for servers, or was signed with one that is not for that.',
  INVALID_CA: 'Its certificate was signed with one that is no authority.',
  PATH_LENGTH_EXCEEDED: 'Its certificate was signed by an authority that may not have another below it.',
  CERT_SIGNATURE_FAILURE: 'The signature of its certificate is wrong.',
  CERT_REVOKED: 'Its certificate was revoked.',
};
const NAMES_SHOWN = 200;
const MINUTE_MS = 60_000;

/** `now`: wall-clock milliseconds. One or two sentences. */
export function certificateWords({ reason, from, until, names }: CertificateFault, now: number): string {
  switch (reason) {
    case 'CERT_NOT_YET_VALID':
      return from > now
        ? `Its certificate begins at ${utc(from)}, ${span(from - now)} ahead of the clock here, which says ${utc(now)}: one of the clocks is wrong.`
        : 'A certificate above its own is not valid yet by the clock here.';
    case 'CERT_HAS_EXPIRED':
      return until < now
        ? `Its certificate ended at ${utc(until)}, ${span(now - until)} ago by the clock here, which says ${utc(now)}.`
        : 'A certificate above its own has ended.';
    case 'HOSTNAME_MISMATCH':
      return names === ''
        ? 'Its certificate names no host.'
        : `Its certificate is for another host: ${names.replaceAll('DNS:', '').replaceAll('IP Address:', '').slice(0, NAMES_SHOWN)}.`;
    default:
      return WORDS[reason] ?? `Its certificate does not verify (${reason}).`;
  }
}

const utc = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function span(ms: number): string {
  const minutes = Math.ceil(ms / MINUTE_MS);
  if (minutes < 120) return `${minutes} minutes`;
  return minutes < 2_880 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 1_440)} days`;
}
