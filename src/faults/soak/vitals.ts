import { readFileSync } from 'node:fs';
import { descriptorsOf, residentBytes } from '../leak-gate.ts';
import { type Sample, slopePerHour } from './slope.ts';

const MIB = 1_048_576;

/** What is looked at, and in which unit; handles are what the kernel lists for the process. */
export const VITALS = ['RSS MiB', 'descriptors', 'sockets', 'threads'] as const;
export type Vital = (typeof VITALS)[number];

export function vitalsOf(pid: number): Readonly<Record<Vital, number>> {
  const { descriptors, sockets } = descriptorsOf(pid);
  const [, threads] = /^Threads:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return { 'RSS MiB': residentBytes(pid) / MIB, descriptors, sockets, threads: Number(threads) };
}

/** The vitals of one process over time. */
export class Chart {
  readonly #samples: Readonly<Record<Vital, Sample[]>> = { 'RSS MiB': [], descriptors: [], sockets: [], threads: [] };

  look(pid: number, atMs: number): void {
    const now = vitalsOf(pid);
    for (const vital of VITALS) this.#samples[vital].push({ atMs, value: now[vital] });
  }

  /** Since `fromMs`: before it, whoever started is still warming up. */
  since(fromMs: number, vital: Vital): { readonly first: number; readonly last: number; readonly perHour: number } {
    const samples = this.#samples[vital].filter(({ atMs }) => atMs >= fromMs);
    return {
      first: samples[0]?.value ?? 0,
      last: samples.at(-1)?.value ?? 0,
      perHour: slopePerHour(samples),
    };
  }

  all(vital: Vital): readonly number[] {
    return this.#samples[vital].map(({ value }) => value);
  }
}

const HEAD = ['RSS MiB', 'MiB/h', 'descriptors', 'sockets', 'threads'];

/** A row a process: its first and last value once it is warm, and how fast its memory grows. */
export function tableOf(charts: ReadonlyMap<string, Chart>, warmMs: number): string {
  const rows = [...charts].map(([name, chart]) => {
    const [rss, ...held] = VITALS.map((vital) => chart.since(warmMs, vital));
    const fromTo = ({ first, last }: { first: number; last: number }) => `${first.toFixed(0)} → ${last.toFixed(0)}`;
    return [name, fromTo(rss!), rss!.perHour.toFixed(1), ...held.map(fromTo)];
  });
  const cells = [[`after ${(warmMs / 60_000).toFixed(1)} min`, ...HEAD], ...rows];
  return cells.map(([name, ...rest]) => name!.padEnd(18) + rest.map((cell) => cell.padStart(14)).join('')).join('\n');
}
