// What was concluded from a run, as lines for a terminal: remarks, thresholds, the comparison with a baseline.
import type { ChalkInstance } from 'chalk';
import { wrap } from '../../help/layout.ts';
import { byOutcome, type Comparison, changesInWords } from './baseline.ts';
import type { Remark } from './noise.ts';
import { moment } from './surroundings.ts';
import type { Verdict } from './threshold-check.ts';

export function remarkLines(remarks: readonly Remark[], width: number, chalk: ChalkInstance): readonly string[] {
  return remarks.map(({ level, words, todo }) => {
    const text = wrap(`${level}: ${words} ${todo}`, width);
    return level === 'warning' ? chalk.yellow(text) : chalk.dim(text);
  });
}

export function verdictLines(verdicts: readonly Verdict[], width: number, chalk: ChalkInstance): readonly string[] {
  return verdicts.map(({ holds, expression, words }) => {
    const text = wrap(`${holds ? 'holds' : 'MISSED'} ${expression}: ${words}`, width);
    return holds ? chalk.green(text) : chalk.red(text);
  });
}

/** What changed by line, what stayed the same by name. */
export function baselineLines(comparison: Comparison, width: number, chalk: ChalkInstance): readonly string[] {
  const { file, startedAt, tunnelkit, differences, changes, unmatched } = comparison;
  const { regressed, improved, inconclusive, same } = byOutcome(changes);
  const say = (text: string) => wrap(text, width);
  const line = (word: string, { figure, path, words }: Comparison['changes'][number]) =>
    say(`${word} ${figure}.${path}, ${words}`);
  const names = same.map(({ figure, path }) => `${figure}.${path}`).join(', ');
  return [
    chalk.bold(say(`Against ${file} (tunnelkit ${tunnelkit}, ${moment(startedAt)})`)),
    ...differences.map((difference) => chalk.yellow(say(`not the same ${difference}`))),
    ...regressed.map((change) => chalk.red(line('REGRESSED', change))),
    ...improved.map((change) => chalk.green(line('improved', change))),
    ...inconclusive.map((change) => line('inconclusive', change)),
    ...(names === '' ? [] : [say(`the same: ${names}`)]),
    ...(unmatched.length === 0 ? [] : [chalk.dim(say(`only in one of the two: ${unmatched.join(', ')}`))]),
    say(changesInWords(changes)),
  ];
}
