// The machine and the moment of a run.
import { cpus, loadavg, totalmem } from 'node:os';
import type { Surroundings } from './report-types.ts';

export interface Run {
  readonly tunnelkit: string;
  readonly command: string;
  readonly origin: string;
  readonly runs: number;
  readonly seconds: number;
}

/** Taken before anything of the run burdens the machine. */
export interface Moment {
  readonly startedAt: Date;
  readonly loadBefore: number;
}

export const thisMoment = (): Moment => ({ startedAt: new Date(), loadBefore: loadavg()[0]! });

export function surroundings(run: Run, { startedAt, loadBefore }: Moment): Surroundings {
  const [cpu] = cpus();
  return {
    startedAt: startedAt.toISOString(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cpu: cpu?.model.trim() ?? 'unknown',
    cores: cpus().length,
    cpuMhz: cpu?.speed ?? 0,
    memoryBytes: totalmem(),
    loadBefore,
    ...run,
  };
}
