// When a certificate is to be renewed. Pure.

/** Where in its life, and how much earlier by chance, so that names that came together are not renewed together. */
const RENEW_AT = 2 / 3;
const JITTER = 1 / 30;
/** The least part of its life, and what is enough of the longest. */
const REST = 1 / 10;
const REST_MOST_MS = 86_400_000;

/** Wall-clock milliseconds, of a certificate good from `from` until `until`. `chance`: 0 up to 1. */
export function renewalTime(from: number, until: number, chance: number): number {
  return Math.round(from + (until - from) * (RENEW_AT - JITTER * chance));
}

/**
 * How long a name is left alone once it has a certificate, whatever the wall clock says: one that runs months ahead would ask again
 * and again, until the authority gives none any more. Milliseconds.
 */
export function restMs(from: number, until: number): number {
  return Math.min((until - from) * REST, REST_MOST_MS);
}
