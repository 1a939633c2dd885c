// Findings as lines for people and as events for programs. Secrets that slipped into a finding end here.
import { Chalk } from 'chalk';
import { ERRORS } from '../../contract/errors.ts';
import { Redactor } from '../../observe/redactor.ts';
import { wrap } from '../help/layout.ts';
import { count } from '../size.ts';
import type { ColourLevel } from '../terminal.ts';
import type { Outcome } from './check.ts';
import type { Result } from './examine.ts';

const redactor = new Redactor();

/** The longest outcome and the longest title, and a gap. */
const TITLE_AT = 16;
const SEEN_AT = 42;

const PAINT: Readonly<Record<Outcome, 'green' | 'yellow' | 'red' | 'dim'>> = {
  ok: 'green',
  warning: 'yellow',
  failure: 'red',
  'not applicable': 'dim',
  'not checked': 'dim',
};

/** Neighbours of which the same is to be said, as what one failure left unchecked. */
function alike(results: readonly Result[]): readonly (readonly [Result, ...Result[]])[] {
  const groups: [Result, ...Result[]][] = [];
  for (const result of results) {
    const last = groups.at(-1);
    if (last && last[0].outcome === result.outcome && last[0].seen === result.seen) last.push(result);
    else groups.push([result]);
  }
  return groups;
}

function linesOf(group: readonly [Result, ...Result[]], width: number, colour: ColourLevel): string {
  const [{ outcome, seen, code, todo }] = group;
  const titles = group.map(({ check }) => check.title).join(', ');
  const text = redactor.clean(code === undefined ? seen : `${code} ${seen}`);
  const sideBySide = group.length === 1 && width >= 2 * SEEN_AT;
  const at = sideBySide ? SEEN_AT : TITLE_AT;
  const told = sideBySide
    ? titles.padEnd(SEEN_AT - TITLE_AT) + wrap(text, width, at).slice(at)
    : wrap(`${titles}: ${text}`, width, at).trimStart();
  const head = new Chalk({ level: colour })[PAINT[outcome]](outcome) + ' '.repeat(TITLE_AT - outcome.length);
  return [head + told, ...(todo === undefined ? [] : [wrap(`to do: ${redactor.clean(todo)}`, width, at)])].join('\n');
}

/** `width`: columns. */
export const resultLines = (results: readonly Result[], width: number, colour: ColourLevel): string =>
  alike(results)
    .map((group) => linesOf(group, width, colour))
    .join('\n');

export function resultEvent({ check, outcome, seen, code, todo, ms }: Result): Readonly<Record<string, unknown>> {
  const event = { name: check.name, title: check.title, outcome, seen, code, todo, ms: Math.round(ms) };
  return redactor.cleanValue(event) as typeof event;
}

export interface Diagnosis {
  readonly failures: number;
  readonly warnings: number;
  /** Of the first failure, in the order of the table. */
  readonly code: string | undefined;
  readonly exit: number;
}

export function diagnose(results: readonly Result[]): Diagnosis {
  const many = (outcome: Outcome) => results.filter((result) => result.outcome === outcome).length;
  const code = results.find(({ outcome }) => outcome === 'failure')?.code;
  return {
    failures: many('failure'),
    warnings: many('warning'),
    code,
    exit: code === undefined ? 0 : (ERRORS[code].exit ?? 1),
  };
}

export function lastLine({ failures, warnings, code }: Diagnosis): string {
  const warned = warnings === 0 ? '' : `, ${count(warnings, 'warning')}`;
  if (code === undefined) return warnings === 0 ? 'Nothing is wrong.' : `Nothing has failed${warned}.`;
  return `${count(failures, 'failure')}${warned}. Begin with the first: \`tunnelkit explain ${code}\` says more.`;
}
