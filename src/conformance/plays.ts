// The three things that most cases do: a visitor says odd bytes, an origin hears what was made of them, an origin says odd bytes.
import type { Answer } from './answer.ts';
import type { Ask } from './ask.ts';
import type { Case, Fact, Facts, Play, Wanted } from './case.ts';
import { values } from './reading.ts';
import { type Recorded, requestsIn } from './request.ts';
import { OK, type Stage, type Visitor } from './stage.ts';

/** Tells whether the connection is of any further use; what is glued in a body must not be this request. */
const AFTER = 'GET /after HTTP/1.1\r\nHost: $HOST\r\nConnection: close\r\n\r\n';

/** Head lines of HTTP/1 with what ends them. */
export function head(...lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** `kept` serves another request, `closed` is over, `hangs` neither answers nor ends. */
export async function standing(visitor: Visitor): Promise<'kept' | 'closed' | 'hangs'> {
  const before = visitor.heard.answers.length;
  if (visitor.wire.ending === 'open') await visitor.send(AFTER).answer(before);
  if (visitor.heard.answers[before] !== undefined) return 'kept';
  return visitor.wire.ending === 'open' ? 'hangs' : 'closed';
}

/** The code in an answer of our own. */
export function codeOf(answer: Answer | undefined): string | undefined {
  const [status = ''] = answer === undefined ? [] : values(answer.fields, 'proxy-status');
  return /details="(TK-\d+)"/.exec(status)?.[1];
}

/** Sends the bytes, waits for an answer, and tries whether the connection still serves. */
export function exchange(
  bytes: string,
  sees: (request: Recorded, all: readonly Recorded[]) => Facts = () => ({}),
): Play {
  return async (stage) => {
    const visitor = await stage.call();
    const answer = await visitor.send(bytes).answer();
    const connection = await standing(visitor);
    await stage.clear();
    const { reached, garbage } = stage;
    const seen = reached[0] === undefined ? {} : sees(reached[0], reached);
    return { ...seen, status: answer?.status, code: codeOf(answer), connection, reached: reached.length, garbage };
  };
}

export interface Rejected {
  readonly bad: string;
  readonly twin: string;
  readonly status?: readonly number[];
  readonly code?: string;
}

/** A request that is refused, the connection closed, and nothing of it served by the origin. */
export function rejects(id: string, name: string, ref: string, row: Rejected): Case {
  const { bad, twin, status = [400], code = 'TK-3004' } = row;
  const wants = { status, connection: 'closed', reached: 0, garbage: undefined };
  return { id, name, ref, code, play: exchange(bad), twin: exchange(twin), wants };
}

/** A request that is served, and what the origin must see of it. */
export function passes(
  id: string,
  name: string,
  ref: string,
  bytes: string,
  sees: (request: Recorded, all: readonly Recorded[]) => Facts,
  wants: Readonly<Record<string, Wanted>>,
): Case {
  return {
    id,
    name,
    ref,
    play: exchange(bytes, sees),
    wants: { status: 200, reached: 1, garbage: undefined, ...wants },
  };
}

interface Answered {
  readonly ask?: Ask;
  /** What the origin says to the first request. */
  readonly says: string;
  /** What it does then. */
  readonly ends?: 'fin' | 'rst';
  readonly sees?: (answer: Answer) => Facts;
}

/** The origin says its bytes to the first request, and serves all others. */
function answerOnce(stage: Stage, { says, ends }: Answered): void {
  stage.serve((wire, _request, nth) => {
    wire.send(nth === 0 ? says : OK);
    if (nth === 0 && ends === 'fin') wire.fin();
    // What was said must have left before it is cut.
    if (nth === 0 && ends === 'rst') wire.socket.write('', () => wire.rst());
  });
}

/** An origin that says such bytes; what the visitor gets, and whether the next request is served cleanly. */
export function answered(row: Answered): Play {
  const { ask = {}, sees = () => ({}) } = row;
  return async (stage) => {
    answerOnce(stage, row);
    const visitor = await stage.call();
    const answer = await visitor.ask(ask).answer();
    const over = visitor.wire.ending;
    const next = await nextAfter(stage, visitor);
    const { fault, rest } = visitor.heard;
    await stage.clear();
    const reused = stage.origins.some((wire) => requestsIn(wire.received).whole.length > 1);
    return { ...(answer && sees(answer)), ...factsOf(answer), over, next, fault, strays: rest.length, reused };
  };
}

function factsOf(answer: Answer | undefined): Record<string, Fact> {
  if (answer === undefined) return { status: undefined, state: undefined };
  const { status, state, body, interims } = answer;
  return { status, state, body, interims: interims.join(' '), code: codeOf(answer) };
}

/** The status and the body of the next request: on the same connection if it lives, on a new one if not. */
export async function nextAfter(stage: Stage, visitor: Visitor): Promise<string> {
  const { answers } = visitor.heard;
  const mayAsk = visitor.wire.ending === 'open' && !closes(answers.at(-1));
  const again = mayAsk ? await visitor.send(AFTER).answer(answers.length) : undefined;
  const answer = again ?? (await (await stage.call()).send(AFTER).answer());
  return `${answer?.status} ${answer?.body.slice(0, 40)}`;
}

function closes(answer: Answer | undefined): boolean {
  return answer === undefined || values(answer.fields, 'connection').some((value) => /\bclose\b/i.test(value));
}

/** A case about what an origin says. `next`: a request after it finds nothing of it. */
export function reply(id: string, name: string, ref: string, row: Answered, wants: Case['wants'], code?: string): Case {
  return { id, name, ref, code, play: answered(row), wants: { next: '200 ok', ...wants } };
}
