// What the process uses of what it may have: memory of the system, heap of JavaScript, and time of its one thread.
import { readFileSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { makeGiveBack } from './give-back.ts';

export interface Vitals {
  /** What the process may have. */
  readonly limitBytes: number;
  /** What it has, and the system could not take back: all but the program's own file, where that is known. */
  usedBytes(): number;
  /** How much of it is used, of the process or of its heap, whichever is fuller. */
  percent(): number;
  /** Gives back what nobody holds; takes tens of milliseconds. */
  giveBack(): void;
  /**
   * By how much the latest turn was late since this was asked last, as far as this thread worked meanwhile: where others have its
   * processor, shedding work would not help.
   */
  turnLateMs(): number;
}

/** Nearer timers cost on virtual machines. */
const SAMPLE_MS = 100;
const PAGE_BYTES = 4_096;

export function processVitals(limitBytes: number): Vitals {
  let late = 0;
  let dueAt = performance.now() + SAMPLE_MS;
  setInterval(() => {
    late = Math.max(late, performance.now() - dueAt);
    dueAt = performance.now() + SAMPLE_MS;
  }, SAMPLE_MS).unref();
  let giveBack: (() => void) | undefined;
  let workedMs = ownMs();
  return {
    limitBytes,
    usedBytes,
    percent() {
      const { used_heap_size: heap, heap_size_limit: heapMax } = getHeapStatistics();
      return 100 * Math.max(usedBytes() / limitBytes, heap / heapMax);
    },
    giveBack() {
      giveBack ??= makeGiveBack();
      giveBack();
    },
    turnLateMs() {
      const [seen, before] = [late, workedMs];
      late = 0;
      workedMs = ownMs();
      return Math.min(seen, workedMs - before);
    },
  };
}

function ownMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** Pages of files are the system's to drop and to read again; of ours they are 50 MB, most of them shared between processes. */
function usedBytes(): number {
  if (process.platform !== 'linux' || process.arch !== 'x64') return process.memoryUsage.rss();
  const [, resident = 0, ofFiles = 0] = readFileSync('/proc/self/statm', 'latin1').split(' ').map(Number);
  return (resident - ofFiles) * PAGE_BYTES;
}
