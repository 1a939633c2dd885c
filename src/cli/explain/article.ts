// What there is to say of one code, from the table of faults: data for the two voices, pages and events. Works offline, knows no gateway.
import { ERRORS, type ErrorCode, type ErrorRow } from '../../contract/errors.ts';
import { proxyStatusOf } from '../../ingress/error-page.ts';
import { EXITS } from '../commands/exits.ts';
import { COMMANDS } from '../commands.ts';
import { familyOf } from './families.ts';

export interface Article {
  readonly code: ErrorCode;
  readonly family: string;
  readonly what: string;
  readonly more: string | undefined;
  readonly todo: string;
  readonly exit: { readonly status: number; readonly means: string } | undefined;
  /** Where one meets it, in the words one would search for. */
  readonly appears: readonly string[];
  /** Command lines that say more. */
  readonly see: readonly string[];
}

/** Answered by the admin listener, as JSON; no visitor sees these. */
const TO_OPERATORS: readonly ErrorCode[] = ['TK-1014', 'TK-1015', 'TK-1016'];

/** Told to agents by the gateway, which logs and counts them; whatever else has no status is told by the program that meets it. */
export const TO_AGENTS: readonly ErrorCode[] = [
  'TK-1001',
  'TK-1003',
  'TK-1004',
  'TK-1005',
  'TK-1006',
  'TK-1007',
  'TK-1008',
  'TK-1011',
  'TK-1013',
  'TK-4007',
  'TK-4009',
];

function appearancesOf(code: ErrorCode, { status, exit }: ErrorRow): string[] {
  const toOperators = TO_OPERATORS.includes(code);
  const toAgents = TO_AGENTS.includes(code);
  const toVisitors = status !== undefined && !toOperators;
  const metric = `tunnelkit_errors_total{code="${code}"}`;
  const places: readonly (readonly [boolean, string])[] = [
    [exit !== undefined, 'stderr of the command that ends of it; with --json the event "error"'],
    [exit === undefined && !status, 'the lines of `expose` and `connect`; with --json the events "lost" and "refused"'],
    [toOperators, `the admin listener's answer, status ${status}, as JSON`],
    [toVisitors, `the page a visitor gets, status ${status}, with \`Proxy-Status: ${proxyStatusOf(code)}\``],
    [toVisitors, `the gateway's log with --log-level debug, code=${code}, and its metric ${metric}`],
    [toAgents, `the gateway's log, code=${code}, and its metric ${metric}`],
    [toOperators, `the gateway's metric ${metric}`],
  ];
  return places.flatMap(([appears, place]) => (appears ? [place] : []));
}

/** The commands that the texts name, then those that help with every code of the family. */
function seeAlso({ todo, more = '' }: ErrorRow, family: readonly string[]): string[] {
  const named = [...`${todo} ${more}`.matchAll(/`tunnelkit ([a-z]+(?: [a-z]+)?)/g)].map(([, line]) => line!);
  const known = named.filter((line) => COMMANDS.some(({ name }) => name === line.split(' ')[0]));
  return [...new Set([...known, ...family])].map((line) => `tunnelkit ${line}`);
}

export function articleOf(code: ErrorCode): Article {
  const row = ERRORS[code];
  const { title, see } = familyOf(code);
  return {
    code,
    family: title,
    what: row.what,
    more: row.more,
    todo: row.todo,
    exit: row.exit === undefined ? undefined : { status: row.exit, means: EXITS.get(row.exit) ?? '' },
    appears: appearancesOf(code, row),
    see: seeAlso(row, see),
  };
}
