// What nobody caught: a defect of this program, which has cost somebody one connection at most. The process lives on, for the others.
import type { Defect } from '../contract/defect.ts';
import { Redactor } from '../observe/redactor.ts';

/** So many a minute are told in full: who finds one out can repeat it, and must not fill a disk. */
export const DEFECTS_TOLD = 10;

export interface DefectWatch {
  /** From now on it ends the process again. */
  release(): void;
}

/** From now on each exception that nobody caught, and each rejection that nobody handled, is told and nothing more. */
export function watchDefects(told: Defect): DefectWatch {
  const tell = (error: unknown) => told(error);
  process.on('uncaughtException', tell).on('unhandledRejection', tell);
  return { release: () => void process.off('uncaughtException', tell).off('unhandledRejection', tell) };
}

const redactor = new Redactor();

/** A defect in one line: what was thrown, and where. Whatever it repeats of others is told without secrets. */
export function defectWords(error: unknown): string {
  const [what = '', where = ''] = (error instanceof Error ? (error.stack ?? error.message) : String(error)).split('\n');
  return redactor.clean(`${what.trim()} ${where.trim()}`.trim());
}
