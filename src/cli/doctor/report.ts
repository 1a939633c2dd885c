// Findings as lines for people and as events for programs. Secrets that slipped into a finding end here.
import { Chalk, type ChalkInstance } from 'chalk';
import { ERRORS } from '../../contract/errors.ts';
import { Redactor } from '../../observe/redactor.ts';
import { wrap } from '../help/layout.ts';
import { count } from '../size.ts';
import type { ColourLevel } from '../terminal.ts';
import type { Outcome } from './check.ts';
import type { Result } from './examine.ts';

const redactor = new Redactor();

/** The longest word, and a gap. */
const TITLE_AT = 9;
/** And the longest title, and a gap. */
const SEEN_AT = 36;
/** Where there is no room beside the title, what was seen stands under it. */
const UNDER_AT = 4;
/** Fewer columns are too few to read in. */
const SEEN_COLUMNS_MIN = 40;

/** Findings that have a line of their own; what does not apply is told together. */
type Told = Exclude<Outcome, 'not applicable'>;

const WORDS: Readonly<Record<Told, readonly [word: string, paint: 'green' | 'yellow' | 'red' | 'dim']>> = {
  ok: ['ok', 'green'],
  warning: ['warning', 'yellow'],
  failure: ['failure', 'red'],
  'not checked': ['skipped', 'dim'],
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

/** Of more, as after a broken configuration, the names say nothing. */
const NAMED_MAX = 8;
const titlesOf = (group: readonly Result[]) =>
  group.length > NAMED_MAX ? `${group.length} more` : group.map(({ check }) => check.title).join(', ');

/** What was seen is often just what the system said of it. */
const seenOf = ({ code, seen }: Result) => (code === undefined ? seen : `${code} ${ERRORS[code].what} ${seen}`);

function linesOf(group: readonly [Result, ...Result[]], width: number, colour: ChalkInstance): string {
  const [first] = group;
  const [word, paint] = WORDS[first.outcome as Told];
  const head = colour[paint](word) + ' '.repeat(TITLE_AT - word.length);
  const text = redactor.clean(seenOf(first));
  const todo = first.todo === undefined ? [] : [`to do: ${redactor.clean(first.todo)}`];
  if (group.length > 1) return head + wrap(`${titlesOf(group)}: ${text}`, width, TITLE_AT).trimStart();
  const { title } = first.check;
  // As a pin or a path may be.
  const longest = Math.max(
    ...[text, ...todo]
      .join(' ')
      .split(/\s+/)
      .map(({ length }) => length),
  );
  if (width - SEEN_AT < Math.max(SEEN_COLUMNS_MIN, longest))
    return [head + title, ...[text, ...todo].map((one) => wrap(one, width, UNDER_AT))].join('\n');
  const [beside = '', ...under] = [text, ...todo].map((one) => wrap(one, width, SEEN_AT));
  return [head + title.padEnd(SEEN_AT - TITLE_AT) + beside.slice(SEEN_AT), ...under].join('\n');
}

/** At the end, in one paragraph: most machines are one end only, and much of the other end does not apply. */
function notApplying(results: readonly Result[], width: number, colour: ChalkInstance): readonly string[] {
  const told = alike(results).map((group) => `${titlesOf(group)} (${group[0].seen})`);
  return told.length === 0
    ? []
    : ['', colour.dim(wrap(redactor.clean(`Does not apply here: ${told.join('; ')}.`), width))];
}

/** `width`: columns. */
export function resultLines(results: readonly Result[], width: number, level: ColourLevel): string {
  const colour = new Chalk({ level });
  const applies = ({ outcome }: Result) => outcome !== 'not applicable';
  const lines = alike(results.filter(applies)).map((group) => linesOf(group, width, colour));
  return [
    ...lines,
    ...notApplying(
      results.filter((result) => !applies(result)),
      width,
      colour,
    ),
  ].join('\n');
}

export function resultEvent({ check, outcome, seen, code, todo, ms }: Result): Readonly<Record<string, unknown>> {
  const what = code === undefined ? undefined : ERRORS[code].what;
  const event = { name: check.name, title: check.title, outcome, seen, code, what, todo, ms: Math.round(ms) };
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
  const first = failures === 1 ? '' : 'Begin with the first: ';
  return `${count(failures, 'failure')}${warned}. ${first}\`tunnelkit explain ${code}\` says more.`;
}
