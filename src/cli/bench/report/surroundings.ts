// Where and when a run was made, and how, in words.
import { count, size } from '../../size.ts';
import type { Surroundings } from '../report-types.ts';

const originName = (origin: string) => (origin === 'own' ? "tunnelkit's own server" : origin);

/** `2026-11-21 12:00 UTC`; what is no such time stays as it is. */
export const moment = (iso: string): string => iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)[\d:.]*Z$/, '$1 $2 UTC');

/** Name and value, for lists. */
export function surroundingsRows(surroundings: Surroundings): readonly (readonly [name: string, value: string])[] {
  const { startedAt, tunnelkit, node, platform, cpu, cpuMhz, cores, memoryBytes, loadBefore, origin } = surroundings;
  return [
    ['measured', moment(startedAt)],
    ['tunnelkit', tunnelkit],
    ['node', node],
    ['platform', platform],
    ['CPU', `${cpu}, ${count(cores, 'core')}${cpuMhz > 0 ? `, ${cpuMhz} MHz` : ''}`],
    ['memory', size(memoryBytes)],
    ['load before', loadBefore.toFixed(2)],
    ['origin', originName(origin)],
    ['rounds', `${surroundings.runs}, each measurement ${surroundings.seconds} s`],
  ];
}

export const surroundingsLine = (surroundings: Surroundings): string =>
  `${surroundingsRows(surroundings)
    .map(([name, value]) => `${name} ${value}`)
    .join(' · ')}. Again: ${surroundings.command}`;

/** How the figures came about: what a reader must know to trust or doubt them. */
export const METHOD: readonly string[] = [
  'Gateway, agent, origin and visitors are processes of their own on one machine, connected over loopback.',
  'After a round that does not count, every figure is measured on each path one after the other, each path being first in turn, and then again for the next round: what slows the machine for a while slows all paths alike.',
  'A ratio is tunnel divided by direct within one round; shown is the median of the rounds. The range behind it is the exact interval between two order statistics, which asks for no particular distribution.',
  'Loopback has no delay and no limit of its own, so a ratio shows what the tunnel costs the processors. A relay that copies bytes reaches about a third of direct there, one that splices about a half; on a real network both ends wait for the line, and the difference is small.',
];
