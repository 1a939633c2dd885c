// Sends mutated requests through a front and judges, by the letter of RFC 9112, what may have come to the origin of each.

import { answersIn } from './answer.ts';
import type { Front, Lane } from './fronts/front.ts';
import { type Input, mutation } from './mutations.ts';
import { dial } from './raw/visitor.ts';
import type { Wire } from './raw/wire.ts';
import { type Recorded, type Recording, requestsIn } from './request.ts';

export interface Count {
  readonly inputs: number;
  /** Inputs of which at least one request was served by the origin. */
  forwarded: number;
  /** Inputs that were answered with a refusal, or closed. */
  rejected: number;
  /** The same by status; 0 where nothing was said. */
  readonly statuses: Map<number, number>;
  /** In words: what came to the origin, or to the visitor, that the input does not say. */
  readonly desyncs: string[];
  /** Requests at the origin that stood in a body. */
  inner: number;
}

const PATIENCE_MS = 20_000;

interface Run {
  readonly front: Front;
  readonly seed: number;
  readonly count: Count;
  readonly patienceMs: number;
}

/** `inputs` of them, on all lanes of the front at once. */
export async function smuggle(front: Front, inputs: number, seed: number, patienceMs = PATIENCE_MS): Promise<Count> {
  const count: Count = { inputs, forwarded: 0, rejected: 0, statuses: new Map(), desyncs: [], inner: 0 };
  let id = 0;
  const work = async (lane: Lane) => {
    while (id < inputs) await one({ front, seed, count, patienceMs }, lane, id++);
  };
  await Promise.all(front.lanes.map(work));
  return count;
}

/** What a strict reader makes of the input: the requests in it, up to where it stops being legal. */
export function letterOf(bytes: string): readonly Recorded[] {
  const { whole }: Recording = requestsIn(Buffer.from(bytes, 'latin1'), { lenient: true });
  return whole;
}

const same = (a: Recorded, b: Recorded) => a.method === b.method && a.target === b.target && a.body.equals(b.body);

async function one({ front, seed, count, patienceMs }: Run, lane: Lane, id: number): Promise<void> {
  const host = `${lane.open}:${front.port}`;
  const input = mutation(id, host, seed);
  const origins = record(lane);
  const visitor = await dial({ port: front.port });
  visitor.send(input.bytes).fin();
  const ending = await visitor.ends(patienceMs);
  const check = await dial({ port: front.port });
  check.send(`GET /check-${id} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  await check.ends(patienceMs);
  visitor.socket.destroy();
  check.socket.destroy();
  await lane.origin.clear(patienceMs);
  const said = { ending, answers: visitor.received, checked: check.received };
  judge(count, input, said, origins);
}

/** Every request at the lane's origin is answered with its own target. */
function record(lane: Lane): readonly Wire[] {
  const wires: Wire[] = [];
  lane.origin.welcome = (wire) => {
    wires.push(wire);
    let answered = 0;
    wire.heard = () => {
      for (const { target } of requestsIn(wire.received).whole.slice(answered)) {
        answered += 1;
        wire.send(`HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`);
      }
    };
  };
  return wires;
}

interface Said {
  readonly ending: string;
  readonly answers: Buffer;
  readonly checked: Buffer;
}

function judge(count: Count, input: Input, said: Said, wires: readonly Wire[]): void {
  const letter = letterOf(input.bytes);
  const heard = wires
    .flatMap((wire) => requestsIn(wire.received).whole)
    .filter(({ target }) => !target.startsWith('/check-'));
  const faults = wires.flatMap((wire) => requestsIn(wire.received).fault ?? []);
  const { answers } = answersIn(said.answers, [], said.ending === 'rst' ? 'rst' : 'fin');
  const check = answersIn(said.checked, [], 'fin').answers[0];
  const wrong = (what: string) => count.desyncs.push(`${input.id} ${what}: ${JSON.stringify(input.bytes)}`);
  const strangers = heard.filter((request) => !letter.some((legal) => same(legal, request)));
  if (strangers.length > 0) wrong(`forwarded ${strangers.map(({ line, body }) => `${line} ${body}`).join(' and ')}`);
  if (heard.length > letter.length) wrong(`forwarded ${heard.length} of ${letter.length} requests`);
  if (faults.length > 0) wrong(`wrote to the origin ${faults[0]}`);
  if (said.ending === 'open') wrong('left the visitor waiting');
  const served = answers.filter(({ status }) => status === 200);
  if (served.some(({ body, state }, at) => state === 'whole' && body !== letter[at]?.target))
    wrong(`answered ${served.map(({ body }) => body).join()}`);
  if (check?.body !== `/check-${input.id}`) wrong(`answered the next visitor ${check?.status} ${check?.body}`);
  count.inner += strangers.filter(({ target }) => target.startsWith('/inner-')).length;
  if (heard.length > 0) count.forwarded += 1;
  const refusal = answers.find(({ status }) => status !== 200)?.status ?? (served.length === 0 ? 0 : undefined);
  if (refusal === undefined) return;
  count.rejected += 1;
  count.statuses.set(refusal, (count.statuses.get(refusal) ?? 0) + 1);
}

/** One line for one origin. */
export function inWords(name: string, { inputs, forwarded, rejected, statuses, desyncs, inner }: Count): string {
  const by = [...statuses].sort(([a], [b]) => a - b).map(([status, times]) => `${times} × ${status || 'no answer'}`);
  const share = Math.round((100 * forwarded) / inputs);
  return `${name}: ${inputs} inputs, ${forwarded} forwarded (${share}%), ${rejected} refused (${by.join(', ')}), ${desyncs.length} desyncs, ${inner} inner requests`;
}
