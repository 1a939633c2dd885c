import type { Chance, Fault } from '../shape.ts';

/** Every byte is late by a base and a jitter; none overtakes another. */
export function latency(chance: Chance): Fault {
  const baseMs = chance.between(5, 150);
  const jitterMs = chance.between(0, 50);
  const shape = () => {
    let latest = 0;
    let of = 0;
    return {
      passage(length: number, cameAt: number, now: number) {
        if (cameAt !== of) latest = Math.max(latest, cameAt + baseMs + chance.next() * jitterMs);
        of = cameAt;
        return now >= latest ? { pass: length } : { waitMs: latest - now };
      },
    };
  };
  return { kind: 'latency', lanes: ['up', 'down'], forMs: chance.between(200, 600), shape };
}
