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
  'TK-3020',
  'TK-4007',
  'TK-4009',
];

/** Why a connection ended before anybody could be told. */
export const OF_BALANCERS: readonly ErrorCode[] = ['TK-3018', 'TK-3019'];

/** Found by looking, and met nowhere else. */
export const OF_DOCTOR: readonly ErrorCode[] = [
  'TK-2009',
  'TK-4011',
  'TK-4012',
  'TK-4013',
  'TK-5012',
  'TK-5018',
  'TK-6010',
  'TK-6011',
  'TK-8006',
  'TK-8007',
];

/** Why a name has no certificate by ACME. */
export const OF_ACME: readonly ErrorCode[] = [
  'TK-6002',
  'TK-6003',
  'TK-6004',
  'TK-6005',
  'TK-6006',
  'TK-6007',
  'TK-6008',
  'TK-6009',
];

function appearancesOf(code: ErrorCode, { status, exit }: ErrorRow): string[] {
  const toOperators = TO_OPERATORS.includes(code);
  const toAgents = TO_AGENTS.includes(code);
  const toVisitors = status !== undefined && !toOperators;
  const ofDoctor = OF_DOCTOR.includes(code);
  const ofAcme = OF_ACME.includes(code);
  const ofBalancers = OF_BALANCERS.includes(code);
  const ofAgent = exit === undefined && (!status || toAgents) && !ofDoctor && !ofAcme && !ofBalancers;
  const metric = `tunnelkit_errors_total{code="${code}"}`;
  const places: readonly (readonly [boolean, string])[] = [
    [ofDoctor, 'a line of `tunnelkit doctor`; with --json an event "check"'],
    [ofAcme, '`tunnelkit status` and `tunnelkit doctor` on the machine of the gateway'],
    [exit !== undefined && !ofDoctor, 'stderr of the command that ends of it; with --json the event "error"'],
    [ofAgent, 'the lines of `expose` and `connect`; with --json the events "lost" and "refused"'],
    [toOperators, `the admin listener's answer, status ${status}, as JSON`],
    [toVisitors, `the page a visitor gets, status ${status}, with \`Proxy-Status: ${proxyStatusOf(code)}\``],
    [toVisitors && !toAgents, `the gateway's log with --log-level debug, code=${code}, and its metric ${metric}`],
    [toAgents || ofAcme || ofBalancers, `the gateway's log, code=${code}, and its metric ${metric}`],
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
