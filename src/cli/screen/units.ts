// Figures as one reads them in a narrow place: never more than seven columns.

/** `8 ms`, `1.2 s`, `45 s`, `12 min`, `3.4 h`. */
export function briefly(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  return minutes < 99.5 ? `${Math.round(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** `0.4/s`, `1250/s`. */
export const rate = (perSecond: number): string =>
  `${perSecond < 9.95 ? perSecond.toFixed(1) : Math.round(perSecond)}/s`;
