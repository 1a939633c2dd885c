import type { Chance, Fault, FaultKind } from '../shape.ts';
import { bandwidth } from './bandwidth.ts';
import { halfOpen } from './half-open.ts';
import { latency } from './latency.ts';
import { limit } from './limit.ts';
import { reset } from './reset.ts';
import { slice } from './slice.ts';
import { stall } from './stall.ts';

/** How each kind of fault is made. */
export const FAULTS: Readonly<Record<FaultKind, (chance: Chance) => Fault>> = {
  latency,
  bandwidth,
  slice,
  stall,
  'half-open': (chance) => halfOpen(chance, chance.between(100, 1_500)),
  reset,
  limit,
};
