/** One bound: its value, unit, why it is so, and what happens when it is hit. */
export interface LimitRow {
  readonly value: number;
  readonly unit: 'bytes' | 'ms' | 'count' | 'percent' | 'per second' | 'per minute' | 'per hour';
  readonly why: string;
  readonly hit: string;
}
