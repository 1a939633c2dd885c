import { type Chance, type Fault, offsetOf } from '../shape.ts';

/** It does not wait longer for bytes that do not come. */
const WAITS_MS = 3_000;

/** RST to both sides once so many more bytes have passed in one direction. */
export function reset(chance: Chance): Fault {
  const lane = chance.next() < 0.5 ? 'up' : 'down';
  const offset = chance.next() < 0.2 ? 0 : offsetOf(chance);
  const shape = () => {
    let left = offset;
    return {
      passage(length: number) {
        if (left === 0) return 'rst' as const;
        const pass = Math.min(length, left);
        left -= pass;
        return { pass };
      },
    };
  };
  return { kind: 'reset', lanes: [lane], forMs: WAITS_MS, shape };
}
