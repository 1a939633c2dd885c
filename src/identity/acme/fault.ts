// What went wrong with an authority, as a code and as how long to leave it alone. Knows RFC 8555's problem types; decides no delay.
import { type ErrorCode, TunnelError } from '../../contract/errors.ts';

/**
 * `network`: it cannot be reached, or failed itself. `busy`: it asks for patience. `challenge`: it did not find us under the name.
 * `refused`: it will not, whoever asks in a minute.
 */
export type FaultKind = 'network' | 'busy' | 'challenge' | 'refused';

export interface FaultOptions extends ErrorOptions {
  /** The authority's own wish (Retry-After). */
  readonly retryAfterMs?: number | undefined;
  /** The authority has trouble with everything now, not with this name. */
  readonly everybody?: boolean;
}

export class AcmeFault extends TunnelError {
  readonly kind: FaultKind;
  readonly retryAfterMs: number | undefined;
  readonly everybody: boolean;

  constructor(kind: FaultKind, code: ErrorCode, seen: string, options: FaultOptions = {}) {
    super(code, oneLine(seen), options);
    this.name = 'AcmeFault';
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
    this.everybody = options.everybody ?? false;
  }
}

/** RFC 7807, as much as is read of it. */
export interface Problem {
  readonly type?: unknown;
  readonly detail?: unknown;
  readonly subproblems?: unknown;
}

type Verdict = readonly [kind: FaultKind, code: ErrorCode];

const PREFIX = 'urn:ietf:params:acme:error:';
const SEEN_MAX = 300;
const UNKNOWN: Verdict = ['network', 'TK-6005'];

/** What an authority's problem with one name or account is called here (RFC 8555 §6.7). */
const PROBLEMS: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['dns', ['challenge', 'TK-6002']],
  ['incorrectResponse', ['challenge', 'TK-6002']],
  ['tls', ['challenge', 'TK-6002']],
  ['connection', ['challenge', 'TK-6003']],
  ['rateLimited', ['busy', 'TK-6004']],
  ['caa', ['refused', 'TK-6006']],
  ['rejectedIdentifier', ['refused', 'TK-6006']],
  ['unsupportedIdentifier', ['refused', 'TK-6006']],
  ['accountDoesNotExist', ['refused', 'TK-6007']],
  ['externalAccountRequired', ['refused', 'TK-6007']],
  ['invalidContact', ['refused', 'TK-6007']],
  ['unauthorized', ['refused', 'TK-6007']],
  ['unsupportedContact', ['refused', 'TK-6007']],
  ['userActionRequired', ['refused', 'TK-6007']],
]);

/** Tells the reader nothing, and is another each time. */
const TOKEN = /(?<=\/\.well-known\/acme-challenge\/)[\w-]+/g;

/** Without control characters: a stranger's words end up in logs and on terminals. */
function oneLine(text: string): string {
  const line = text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').replaceAll(TOKEN, '…');
  return line.length > SEEN_MAX ? `${line.slice(0, SEEN_MAX)}…` : line;
}

function typeOf({ type }: Problem): string {
  return typeof type === 'string' && type.startsWith(PREFIX) ? type.slice(PREFIX.length) : '';
}

const detailOf = ({ detail }: Problem) => (typeof detail === 'string' ? detail : undefined);

/** The first subproblem, if there is one, names the identifier's own trouble (RFC 8555 §6.7.1). */
function verdictOf(problem: Problem): Verdict | undefined {
  const [first] = Array.isArray(problem.subproblems) ? (problem.subproblems as unknown[]) : [];
  const inner = first !== null && typeof first === 'object' ? PROBLEMS.get(typeOf(first)) : undefined;
  return inner ?? PROBLEMS.get(typeOf(problem));
}

/** An answer that was not the one expected. `doing`: what was asked for, for the reader. */
export function faultOfReply(
  doing: string,
  status: number,
  data: unknown,
  retryAfterMs: number | undefined,
): AcmeFault {
  const problem: Problem = data !== null && typeof data === 'object' ? data : {};
  const verdict = verdictOf(problem);
  const seen = `${doing}: ${detailOf(problem) ?? `status ${status}`}`;
  if (verdict !== undefined && status < 500) return new AcmeFault(...verdict, seen, { retryAfterMs });
  if (status === 429) return new AcmeFault('busy', 'TK-6004', seen, { retryAfterMs, everybody: true });
  return new AcmeFault(...UNKNOWN, seen, { retryAfterMs, everybody: status >= 500 });
}

/** Authorities differ in whether a name that they cannot resolve is `dns` or `connection`. */
const isUnresolved = (problem: Problem) => /\bresolv|NXDOMAIN|SERVFAIL/i.test(detailOf(problem) ?? '');

/** The authority looked for us under the name, and did not find us (RFC 8555 §8.3): here `unauthorized` speaks of the answer it got. */
export function faultOfChallenge(name: string, problem: Problem): AcmeFault {
  const type = typeOf(problem);
  const isElsewhere = type === 'unauthorized' || (type === 'connection' && isUnresolved(problem));
  const verdict: Verdict = isElsewhere ? ['challenge', 'TK-6002'] : (verdictOf(problem) ?? UNKNOWN);
  return new AcmeFault(...verdict, `${name}: ${detailOf(problem) ?? 'the authority does not say why'}`);
}

/** Nothing came back. */
export function faultOfConnection(doing: string, cause: unknown): AcmeFault {
  const { code, message } = cause as { code?: string; message?: string };
  return new AcmeFault(...UNKNOWN, `${doing}: ${code ?? message}`, { cause, everybody: true });
}
