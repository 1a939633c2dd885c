import type { Chance, Fault } from '../shape.ts';

const TURN_MS = 20;

/** So many bytes a second and no more, in bursts of 20 ms. */
export function bandwidth(chance: Chance): Fault {
  const burst = chance.between(200, 100_000);
  const shape = () => {
    let nextAt = 0;
    return {
      passage(length: number, _cameAt: number, now: number) {
        if (now < nextAt) return { waitMs: nextAt - now };
        nextAt = now + TURN_MS;
        return { pass: Math.min(length, burst) };
      },
    };
  };
  return { kind: 'bandwidth', lanes: ['up', 'down'], forMs: chance.between(200, 600), shape };
}
