// `tunnelkit explain [CODE]`: what a code means and what to do about it, offline; without a code, all of them.
import { ERRORS, type ErrorCode, TunnelError } from '../../contract/errors.ts';
import type { Command } from '../command.ts';
import { nearest } from '../config/nearest.ts';
import { helpWidth } from '../help/layout.ts';
import { text } from '../text.ts';
import { articleOf } from './article.ts';
import { listOf, pageOf } from './page.ts';

const CODES = Object.keys(ERRORS) as ErrorCode[];

/** `TK-1102`, `tk1102` and `1102` are one code. Throws TK-5005 with the nearest one. */
function codeFrom(typed: string): ErrorCode {
  const digits = /^(?:TK)?[-_ ]?(\d+)$/i.exec(typed.trim())?.[1];
  const asked = digits === undefined ? typed : `TK-${digits}`;
  const known = CODES.find((code) => code === asked);
  if (known) return known;
  const near = nearest(asked, CODES) as ErrorCode | undefined;
  const hint = near ? `; the nearest is ${near}` : '';
  throw new TunnelError('TK-5005', `There is no code "${typed}"${hint}.`, {
    todo: '`tunnelkit explain` lists all codes.',
  });
}

export const command: Command = async ({ options, talk }) => {
  const typed = text(options.code);
  const articles = (typed === undefined ? CODES : [codeFrom(typed)]).map(articleOf);
  for (const article of articles) talk.event('explanation', { ...article });
  const width = helpWidth(process.stdout.columns);
  talk.result(typed === undefined ? listOf(articles, width) : pageOf(articles[0]!, width));
  return 0;
};
