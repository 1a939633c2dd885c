// Text laid out in columns of a terminal: wrapping, sections, terms with their explanations. Knows no command.

/** Help is never wider: longer lines are hard to read. */
const COLUMNS_MAX = 80;
const COLUMNS_MIN = 20;
/** Where an explanation would be narrower, it stands under its term. */
const EXPLANATION_COLUMNS_MIN = 24;
/** A term that is longer has its explanation on the next line. */
const TERM_COLUMNS_MAX = 26;

/** How wide help is on a terminal of `columns`; undefined: it is no terminal; 0: it does not know. */
export const helpWidth = (columns: number | undefined): number =>
  Math.max(COLUMNS_MIN, Math.min(COLUMNS_MAX, columns || COLUMNS_MAX));

/** A control character, and which colour begins or ends. By hand: whoever imports `node:util` waits for all that is in it. */
const COLOUR = /\p{Cc}\[[\d;]*m/gu;

/** Columns that a text takes; its colours take none. */
export const columnsOf = (text: string): number => text.replaceAll(COLOUR, '').length;

/** Breaks at spaces so that no line is longer than `width`, but for a word that alone is. Line ends in `text` are spaces. */
export function wrap(text: string, width: number, indent = 0): string {
  const margin = ' '.repeat(indent);
  const lines: string[] = [];
  let line = margin;
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line !== margin && columnsOf(line) + 1 + columnsOf(word) > width) {
      lines.push(line);
      line = margin;
    }
    line += line === margin ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}

/** Paragraphs are parted by an empty line. */
export const paragraphs = (text: string, width: number): string =>
  text
    .split('\n\n')
    .map((paragraph) => wrap(paragraph, width))
    .join('\n\n');

export type Term = readonly [term: string, explanation: string];

/** The column at which the explanations of all these terms begin, so that lists under several headings stand in line. */
export const explanationsAt = (terms: readonly Term[]): number =>
  4 + Math.max(0, ...terms.map(([term]) => term.length).filter((length) => length <= TERM_COLUMNS_MAX));

/** A list of terms: side by side with their explanations from column `at`, or one above the other where it is narrow. */
export function termList(terms: readonly Term[], width: number, at = explanationsAt(terms)): string {
  const narrow = width - at < EXPLANATION_COLUMNS_MIN;
  const lines = terms.map(([term, explanation]) => {
    const text = wrap(explanation, width, narrow ? 6 : at);
    if (narrow || term.length + 4 > at) return `  ${term}\n${text}`;
    return `  ${term}${text.slice(term.length + 2)}`;
  });
  return lines.join('\n');
}

/** A heading and what stands under it; nothing when nothing does. */
export const section = (heading: string, body: string): readonly string[] =>
  body === '' ? [] : [`${heading}:\n${body}`];
