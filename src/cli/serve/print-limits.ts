// `serve --print-limits`: the table of every bound.
import { LIMITS } from '../../contract/limits.ts';
import type { Talk } from '../talk.ts';

export function printLimits(talk: Talk): void {
  for (const [name, row] of Object.entries(LIMITS)) {
    talk.result(`${name.padEnd(26)} ${`${row.value} ${row.unit}`.padEnd(18)} ${row.hit} (${row.why})`);
    talk.event('limit', { name, ...row });
  }
}
