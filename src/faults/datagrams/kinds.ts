import type { Chance } from '../shape.ts';

export const DATAGRAM_KINDS = ['drop', 'duplicate', 'reorder', 'latency'] as const;
export type DatagramKind = (typeof DATAGRAM_KINDS)[number];

/** Chances, each in [0, 1], of what happens to one datagram. */
export interface DatagramFault extends Readonly<Record<DatagramKind, number>> {
  /** `reorder` holds one back until the next of its way has passed, `latency` any of them, and neither for longer. */
  readonly lateMs: number;
}

export const NO_FAULT: DatagramFault = { drop: 0, duplicate: 0, reorder: 0, latency: 0, lateMs: 50 };

const some = (chance: Chance) => chance.between(10, 50) / 100;

/** How each kind of fault is made. */
export const DATAGRAM_FAULTS: Readonly<Record<DatagramKind, (chance: Chance) => DatagramFault>> = {
  drop: (chance) => ({ ...NO_FAULT, drop: some(chance) }),
  duplicate: (chance) => ({ ...NO_FAULT, duplicate: some(chance) }),
  reorder: (chance) => ({ ...NO_FAULT, reorder: some(chance) }),
  latency: (chance) => ({ ...NO_FAULT, latency: 1, lateMs: chance.between(10, 200) }),
};
