import type { Chance, Fault } from '../shape.ts';

/** The other machine is gone and said nothing: what is sent is swallowed. With `forMs`, it is back then and knows nothing any more. */
export function halfOpen(_chance: Chance, forMs?: number): Fault {
  return { kind: 'half-open', lanes: ['up', 'down'], forMs, silent: true, shape: () => ({ passage: () => 'drop' }) };
}
