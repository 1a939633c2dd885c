// An article, and the list of all, as text for people.
import type { ErrorCode } from '../../contract/errors.ts';
import { paragraph } from '../paragraph.ts';
import type { Article } from './article.ts';
import { FAMILIES } from './families.ts';

const COLUMNS = 100;
const LEFT = 13;

/** A label, and its text beside it, however many lines it takes. */
function labelled(label: string, texts: readonly string[]): string[] {
  return texts.map((text, at) => {
    const beside = paragraph(text, COLUMNS, ' '.repeat(LEFT));
    return at === 0 ? label.padEnd(LEFT) + beside.slice(LEFT) : beside;
  });
}

export function pageOf({ code, what, more, todo, exit, appears, see }: Article): string {
  return [
    `${code}: ${what}`,
    ...(more === undefined ? [] : ['', paragraph(more, COLUMNS)]),
    '',
    ...labelled('what to do', [todo]),
    ...labelled('exit status', [exit ? `${exit.status}, ${exit.means}` : 'none: no command ends of it']),
    ...labelled('where', appears),
    ...labelled('see also', [see.map((line) => `\`${line}\``).join(', ')]),
  ].join('\n');
}

/** Every code with its first words, by family. */
export function listOf(articles: readonly Article[]): string {
  const lineOf = ({ code, what }: { readonly code: ErrorCode; readonly what: string }) => `  ${code}  ${what}`;
  return Object.entries(FAMILIES)
    .map(([digit, { title }]) => ({ digit, title, rows: articles.filter(({ code }) => code[3] === digit) }))
    .filter(({ rows }) => rows.length > 0)
    .map(({ digit, title, rows }) => [`${digit}xxx: ${title}`, ...rows.map(lineOf)].join('\n'))
    .join('\n\n');
}
