import type { Chance, Fault } from '../shape.ts';

/** Nothing moves for a while, and nothing is lost. */
export function stall(chance: Chance): Fault {
  const shape = () => ({ passage: () => ({ waitMs: 1_000 }) });
  return { kind: 'stall', lanes: ['up', 'down'], forMs: chance.between(100, 1_200), shape };
}
