// Memory of programs, as the system counts it.
import { readFileSync } from 'node:fs';
import type { Running } from './program.testkit.ts';

/** Bytes of physical memory; in `Pss` what is shared with other processes counts in part, `Anonymous` is no file's. */
export function memoryOf({ pid }: Running, kind: 'Rss' | 'Pss' | 'Anonymous'): number {
  const found = new RegExp(`^${kind}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  return Number(found![1]) * 1_024;
}
