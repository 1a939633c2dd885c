// When a certificate is to be renewed. Pure.

/** Where in its life, and how much earlier by chance, so that names that came together are not renewed together. */
const RENEW_AT = 2 / 3;
const JITTER = 1 / 30;

/** Wall-clock milliseconds, of a certificate good from `from` until `until`. `chance`: 0 up to 1. */
export function renewalTime(from: number, until: number, chance: number): number {
  return Math.round(from + (until - from) * (RENEW_AT - JITTER * chance));
}
