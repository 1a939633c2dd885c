import type { Chance, Fault } from '../shape.ts';

/** Single bytes would take a second for each few hundred kilobytes; so there is an end to it. */
const PIECES = 3_000;

/** Every write becomes many, of 1 to n bytes, each sent before the next is. */
export function slice(chance: Chance): Fault {
  const most = chance.next() < 0.3 ? 1 : chance.between(2, 1_460);
  const shape = () => {
    let pieces = 0;
    let sent = false;
    return {
      passage(length: number) {
        sent = !sent;
        if (!sent && pieces < PIECES) return { waitMs: 0 };
        pieces += 1;
        return { pass: pieces >= PIECES ? length : Math.min(length, chance.between(1, most)) };
      },
    };
  };
  return { kind: 'slice', lanes: ['up', 'down'], forMs: chance.between(100, 400), shape };
}
