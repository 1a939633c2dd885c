// What a visitor has received, as the answers it would show.

import type { Ending } from './raw/wire.ts';
import { bodyAt, Fault, type Field, framingOf, headAt } from './reading.ts';

export interface Answer {
  readonly status: number;
  readonly interims: readonly number[];
  readonly line: string;
  readonly fields: readonly Field[];
  readonly body: string;
  readonly trailers: readonly Field[];
  /** `whole`: ended as its framing says. `begun`: more is owed. `cut`: more was owed when the connection ended. */
  readonly state: 'whole' | 'begun' | 'cut';
  /** The body is delimited by the end of the connection. */
  readonly byClose: boolean;
}

export interface Heard {
  readonly answers: readonly Answer[];
  readonly fault: string | undefined;
  /** Bytes behind the last whole answer that belong to none. */
  readonly rest: Buffer;
}

/** A final head is there, whether or not its body has come. */
export function answersIn(bytes: Buffer, methods: readonly string[], ending: Ending, extended = false): Heard {
  const answers: Answer[] = [];
  let at = 0;
  let interims: number[] = [];
  try {
    while (at < bytes.length) {
      const head = headAt(bytes, at);
      if (head === undefined) break;
      const status = statusOf(head.line);
      at = head.end;
      if (status < 200 && status !== 101) {
        interims.push(status);
        continue;
      }
      const method = methods[answers.length] ?? 'GET';
      const rest = { bytes, at, ending, extended };
      const answer = {
        status,
        interims,
        line: head.line,
        fields: head.fields,
        ...finish(rest, method, status, head.fields),
      };
      interims = [];
      answers.push(answer);
      at = answer.end;
      if (answer.state !== 'whole' || status === 101) break;
    }
    return { answers, fault: undefined, rest: bytes.subarray(at) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { answers, fault: error.message, rest: bytes.subarray(at) };
  }
}

function statusOf(line: string): number {
  const match = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(line);
  if (match === null) throw new Fault(`not a status line: ${JSON.stringify(line.slice(0, 80))}`);
  return Number(match[1]);
}

interface Rest {
  readonly bytes: Buffer;
  readonly at: number;
  readonly ending: Ending;
  /** Chunks may have extensions. */
  readonly extended: boolean;
}

type Finished = Pick<Answer, 'body' | 'trailers' | 'state' | 'byClose'> & { readonly end: number };

function finish(
  { bytes, at, ending, extended }: Rest,
  method: string,
  status: number,
  fields: readonly Field[],
): Finished {
  const bare = { trailers: [], byClose: false, end: at };
  if (method === 'HEAD' || status === 101 || status === 204 || status === 304)
    return { ...bare, body: '', state: 'whole' };
  const framing = framingOf(fields);
  const left = bytes.toString('latin1', at);
  if (framing.kind === 'undeclared') {
    const state = ending === 'fin' ? 'whole' : ending === 'rst' ? 'cut' : 'begun';
    return { ...bare, body: left, state, byClose: true, end: bytes.length };
  }
  const body = bodyAt(bytes, at, framing, extended);
  if (body === undefined) return { ...bare, body: left, state: ending === 'open' ? 'begun' : 'cut', end: bytes.length };
  return { body: body.body.toString('latin1'), trailers: body.trailers, state: 'whole', byClose: false, end: body.end };
}
