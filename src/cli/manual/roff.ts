// Text as a manual page's source, in the man(7) macros. Knows no command.

const SIGNS: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '…': '\\&...',
  '→': '\\[->]',
  '·': '\\[pc]',
};
/** As they are typed: what typesetters make of these signs cannot be copied into a shell. */
const TYPED: Readonly<Record<string, string>> = {
  ...SIGNS,
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
  '"': '\\(dq',
};

const written = (text: string, signs: Readonly<Record<string, string>>) =>
  Array.from(text, (sign) => signs[sign] ?? sign).join('');

/** A line that begins with a control character would be a request. */
const guarded = (line: string) => (/^[.']/.test(line) ? `\\&${line}` : line);

/** Something to be typed as it is. */
export const typed = (text: string): string => `\\fB${written(text, TYPED)}\\fR`;
/** Something to be replaced. */
export const replaced = (text: string): string => `\\fI${written(text, TYPED)}\\fR`;

/** Prose: what stands in backticks, and options and paths, are to be typed as they are. */
export function prose(text: string): string {
  const parts = text.replaceAll(/\s+/g, ' ').split(/(`[^`]*`|(?<![\w-])--[a-z][a-z-]*|(?<![^\s(])[~.]?\/[\w.~/-]*\w)/);
  const line = parts.map((part, at) => (at % 2 === 1 ? typed(part.replaceAll('`', '')) : written(part, SIGNS)));
  return guarded(line.join(''));
}

const paragraph = (text: string) => `.PP\n${prose(text)}`;

/** Paragraphs, parted by an empty line in `text`. */
export const paragraphs = (text: string): string => text.split('\n\n').map(paragraph).join('\n');

/** Terms are roff already, explanations are prose. */
export const termList = (terms: readonly (readonly [term: string, explanation: string])[]): string =>
  terms.map(([term, explanation]) => `.TP\n${term}\n${prose(explanation)}`).join('\n');

/** Lines to be copied, none of them broken. */
export const copied = (text: string): string =>
  ['.RS 4', '.nf', ...text.split('\n').map((line) => guarded(written(line, TYPED))), '.fi', '.RE'].join('\n');

export const section = (heading: string, ...body: readonly string[]): readonly string[] =>
  body.length === 0 ? [] : [`.SH ${heading.toUpperCase()}`, ...body];

export const subsection = (heading: string, body: string): string => `.SS ${heading}\n${body}`;

export interface PageTitle {
  /** `tunnelkit-expose`. */
  readonly name: string;
  readonly chapter: 1 | 5;
  readonly version: string;
  readonly summary: string;
}

/** A whole page. It has no date: the same source makes the same page. */
export function page({ name, chapter, version, summary }: PageTitle, sections: readonly (readonly string[])[]): string {
  return [
    `.\\" Made by \`make man\` from the command table.`,
    `.TH ${name.toUpperCase().replaceAll('-', '\\-')} ${chapter} "" "tunnelkit ${version}" "TunnelKit"`,
    // Neither hyphens nor stretched blanks: options are searched for and copied.
    '.nh',
    '.ad l',
    '.SH NAME',
    `${written(name, TYPED)} \\- ${written(summary, SIGNS)}`,
    ...sections.flat(),
    '',
  ].join('\n');
}

/** `tunnelkit(1), tunnelkit(5)`. */
export const references = (names: readonly (readonly [name: string, chapter: number])[]): string =>
  names.map(([name, chapter]) => `${typed(name)}(${chapter})`).join(',\n');
