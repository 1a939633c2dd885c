// What gateways and agents are laid out with: indented lines, a table where it fits, facts one after the other where it does not.
import { fitted } from '../fitted.ts';
import { type Column, table } from './table.ts';

const BETWEEN = ' · ';

export const figures = (title: string): Column => ({ title, figures: true });

export const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

export const paragraph = (text: string, width: number): string[] => fitted(text, width).split('\n');

/** Facts in a line as long as they fit; the one that does not begins the next. */
export function factLines(facts: readonly string[], width: number, indent: number): string[] {
  const lines: string[] = [];
  for (const fact of facts) {
    const longer = `${lines.at(-1)}${BETWEEN}${fact}`;
    if (lines.length > 0 && longer.length <= width) lines.splice(-1, 1, longer);
    else lines.push(' '.repeat(indent) + fact);
  }
  return lines;
}

/** Rows as a table, or where that does not fit each as facts with the names of the columns. `width`: columns of the terminal. */
export function listed(titles: readonly string[], rows: readonly (readonly string[])[], width: number): string {
  const whole = table(
    titles.map((title) => ({ title })),
    rows,
  );
  const facts = (row: readonly string[]) => {
    const [first, ...more] = row.map((cell, at) => `${titles[at]!.toLowerCase()} ${cell}`);
    return [first!, ...factLines(more, width, 2)];
  };
  return fittingLines(whole, width, () => rows.flatMap(facts)).join('\n');
}

/** Of stdout; what is no terminal takes lines of any length. */
export const resultWidth = (): number => process.stdout.columns || Number.POSITIVE_INFINITY;

/** The table where it fits, else what is to be said in its place. */
export const fittingLines = (table: readonly string[], width: number, instead: () => readonly string[]) =>
  table.every((line) => line.length <= width) ? table : instead();
