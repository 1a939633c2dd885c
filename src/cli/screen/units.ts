/** `0.4/s`, `1250/s`. */
export const rate = (perSecond: number): string =>
  `${perSecond < 9.95 ? perSecond.toFixed(1) : Math.round(perSecond)}/s`;
