// An article, and the list of all, as text for people.
import type { ErrorCode } from '../../contract/errors.ts';
import { paragraphs, section, type Term, termList } from '../help/layout.ts';
import type { Article } from './article.ts';
import { FAMILIES } from './families.ts';

/** `width`: columns. */
export function pageOf({ code, what, more, todo, exit, appears, see }: Article, width: number): string {
  const facts: Term[] = [
    ['what to do', todo],
    ['exit status', exit ? `${exit.status}: ${exit.means}` : 'none, no command ends of it'],
    ...appears.map((place, at): Term => [at === 0 ? 'where' : '', place]),
    ['see also', see.map((line) => `\`${line}\``).join(', ')],
  ];
  const about = more === undefined ? what : `${what}\n\n${more}`;
  return [paragraphs(`${code}: ${about}`, width), termList(facts, width)].join('\n\n');
}

/** Every code with its first words, by family. */
export function listOf(articles: readonly Article[], width: number): string {
  const rowsOf = (digit: string) =>
    articles
      .filter(({ code }) => code[3] === digit)
      .map(({ code, what }): readonly [ErrorCode, string] => [code, what]);
  return Object.entries(FAMILIES)
    .flatMap(([digit, { title }]) => section(`${digit}xxx, ${title}`, termList(rowsOf(digit), width)))
    .join('\n\n');
}
