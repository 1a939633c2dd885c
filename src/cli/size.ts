const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Bytes as one reads them, powers of 1000. */
export function size(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${step === 0 ? bytes : (bytes / 1000 ** step).toFixed(1)} ${UNITS[step]}`;
}

const POWERS = ['', 'K', 'M', 'G', 'T'];

/** Bytes of `512M` or `2G`, powers of 1024; undefined for anything else. */
export function parseSize(text: string): number | undefined {
  const [, number, unit] = /^(\d{1,9}(?:\.\d{1,3})?)([KMGT]?)$/i.exec(text) ?? [];
  return number === undefined ? undefined : Math.floor(Number(number) * 1_024 ** POWERS.indexOf(unit!.toUpperCase()));
}

/** `1 request`, `2 requests`. */
export const count = (number: number, thing: string) => `${number} ${thing}${number === 1 ? '' : 's'}`;
