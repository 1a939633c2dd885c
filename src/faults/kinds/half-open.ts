import type { Chance, Fault } from '../shape.ts';

/** Whoever has not noticed by now never will. */
const FORGOTTEN_MS = 60_000;

/** The other machine is gone and said nothing: what is sent is swallowed. With `forMs`, it is back then and knows nothing any more. */
export function halfOpen(_chance: Chance, forMs?: number): Fault {
  const shape = () => ({ drops: true, passage: () => 'drop' as const });
  const silent = forMs === undefined ? 'forgotten' : 'for a while';
  return { kind: 'half-open', lanes: ['up', 'down'], forMs: forMs ?? FORGOTTEN_MS, silent, shape };
}
