// What figures are worth nothing without: of which program they are, and how it was run.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { EXECUTABLE, ROOT } from '../cli/program/program.testkit.ts';

export interface Provenance {
  readonly commit: string;
  readonly seed: number;
  readonly executable: string;
  readonly limits: string;
  readonly limitTable: string;
}

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

function commit(): string {
  const git = (...args: string[]) => execFileSync('git', ['-C', ROOT, ...args], { encoding: 'utf8' }).trim();
  return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain') === '' ? '' : ' and changes');
}

/** Also brings up loopback in the namespace that the run has to itself. */
export function provenance(seed: number): Provenance {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  const limitTable = execFileSync(EXECUTABLE, ['serve', '--print-limits'], { encoding: 'utf8' });
  return {
    commit: commit(),
    seed,
    executable: `sha256 ${sha256(readFileSync(EXECUTABLE))}`,
    limits: `the defaults, ${limitTable.trim().split('\n').length} lines, sha256 ${sha256(limitTable)}`,
    limitTable,
  };
}

/** All but the table, a line each. */
export const told = ({ limitTable: _, ...rest }: Provenance) =>
  Object.entries(rest).map(([name, value]) => `${name}: ${value}`);
