import { type Chance, type Fault, offsetOf } from '../shape.ts';

/** It does not wait longer for bytes that do not come. */
const WAITS_MS = 3_000;

/** FIN in one direction once so many more bytes have passed; what comes behind is lost, the other direction goes on. */
export function limit(chance: Chance): Fault {
  const lane = chance.next() < 0.5 ? 'up' : 'down';
  const offset = offsetOf(chance);
  const shape = () => {
    let left = offset;
    return {
      passage(length: number) {
        if (left === 0 && length > 0) return 'fin' as const;
        const pass = Math.min(length, left);
        left -= pass;
        return { pass };
      },
    };
  };
  return { kind: 'limit', lanes: [lane], forMs: WAITS_MS, shape };
}
