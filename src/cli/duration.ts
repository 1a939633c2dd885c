const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** As one says it: `3 d 4 h`, `2 min 5 s`, `0 s`: the two largest units that count. */
export function duration(ms: number): string {
  let seconds = Math.floor(ms / 1_000);
  const parts: string[] = [];
  for (const [unit, length] of UNITS) {
    const count = Math.floor(seconds / length);
    seconds -= count * length;
    if (count > 0 || parts.length > 0) parts.push(count > 0 ? `${count} ${unit}` : '');
    if (parts.length === 2) break;
  }
  return parts.filter(Boolean).join(' ') || '0 s';
}

/** Never more than seven columns: `8 ms`, `1.2 s`, `45 s`, `12 min`, `3.4 h`. */
export function briefly(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  return minutes < 99.5 ? `${Math.round(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** Below ten milliseconds with a decimal: on one machine everything takes less than one. */
export const milliseconds = (ms: number | undefined): string =>
  ms === undefined ? '–' : ms < 9.95 ? `${ms.toFixed(1)} ms` : briefly(ms);
