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
const SEEN_AT = 40;

const PAINT: Readonly<Record<Outcome, 'green' | 'yellow' | 'red' | 'dim'>> = {
  ok: 'green',
  warning: 'yellow',
  failure: 'red',
  'not applicable': 'dim',
  'not checked': 'dim',
};

export function resultLines({ check, outcome, seen, code, todo }: Result, width: number, colour: ColourLevel): string {
  const chalk = new Chalk({ level: colour });
  const head = outcome.padEnd(TITLE_AT) + check.title.padEnd(SEEN_AT - TITLE_AT);
  const text = redactor.clean(code === undefined ? seen : `${code} ${seen}`);
  const isNarrow = width < 2 * SEEN_AT;
  const first = isNarrow
    ? `${head.trimEnd()}\n${wrap(text, width, 2)}`
    : head + wrap(text, width, SEEN_AT).slice(SEEN_AT);
  const painted = chalk[PAINT[outcome]](first.slice(0, outcome.length)) + first.slice(outcome.length);
  if (todo === undefined) return painted;
  return `${painted}\n${wrap(`to do: ${redactor.clean(todo)}`, width, isNarrow ? 2 : SEEN_AT)}`;
}

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
