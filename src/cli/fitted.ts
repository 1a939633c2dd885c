// Sentences for a terminal of so many columns: broken between words, where a terminal alone would break within them.
import { columnsOf, wrap } from './help/layout.ts';

/** Narrower than this nothing is gained. */
const COLUMNS_MIN = 20;
const HANGING = 2;
/** A line of its own that is there to be copied. */
const COMMAND = /^ +tunnelkit /;
/** Neither a blank nor in any text that may be shown. */
const TIED = '\u0000';

function fittedLine(line: string, columns: number): string {
  if (columnsOf(line) <= columns || COMMAND.test(line)) return line;
  const indent = line.length - line.trimStart().length;
  const at = indent + HANGING;
  // What is quoted as code is typed as it stands: it stays in one piece where that fits a line.
  const words = line
    .trim()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/`[^`]*`/g, (code) => (code.length <= columns - at ? code.replaceAll(' ', TIED) : code));
  const [first = ''] = wrap(words, columns - indent).split('\n');
  const rest = words.slice(first.length);
  const lines = [' '.repeat(indent) + first, ...(rest === '' ? [] : [wrap(rest, columns, at)])];
  return lines.join('\n').replaceAll(TIED, ' ');
}

/** Lines stay lines; each goes on two columns to the right. `columns` undefined: it is no terminal, and nothing is broken. */
export const fitted = (text: string, columns: number | undefined): string =>
  columns === undefined || columns < COLUMNS_MIN
    ? text
    : text
        .split('\n')
        .map((line) => fittedLine(line, columns))
        .join('\n');
