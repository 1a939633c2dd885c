// I4: POSTs whose connections are reset at random bytes, on the visitor's side and on the origin's, on new and on kept ones. The
// origin counts how often it has seen each.

import { answersIn } from './answer.ts';
import type { Front, Lane } from './fronts/front.ts';
import { type Random, randomOf } from './random.ts';
import { dial } from './raw/visitor.ts';
import type { Wire } from './raw/wire.ts';
import { requestsIn } from './request.ts';

export interface Posted {
  readonly posts: number;
  /** Resets that were sent, by who sent them. */
  readonly resets: Record<'visitor' | 'origin', number>;
  answered: number;
  refused: number;
  /** POSTs that the origin saw more than once. */
  readonly doubled: string[];
}

const PATIENCE_MS = 30_000;
const BODY_BYTES_MAX = 4_000;
/** After how many bytes a connection is reset: most serve some requests before, few serve many. */
const life = (next: Random) => Math.floor(next() * (next() < 0.2 ? 20 : 2) * BODY_BYTES_MAX);

/** Answers whole requests, until its connection has moved so many bytes: then it is reset, whatever it was doing. */
function meet(wire: Wire, next: Random, posted: Posted): void {
  let left = life(next);
  let answered = 0;
  const moved = (bytes: number) => {
    left -= bytes;
    if (left >= 0 || wire.socket.destroyed) return;
    posted.resets.origin += 1;
    wire.rst();
  };
  wire.heard = (piece) => {
    moved(piece.length);
    for (const _ of requestsIn(wire.received).whole.slice(answered)) {
      answered += 1;
      const answer = `HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n${'x'.repeat(300)}`;
      wire.send(answer.slice(0, Math.max(0, Math.min(left, answer.length))));
      moved(answer.length);
    }
  };
}

interface Run {
  readonly front: Front;
  readonly posted: Posted;
  readonly patienceMs: number;
}

/** One visitor's connection: POSTs one after the other while it lives. */
async function visit(
  { front, posted, patienceMs }: Run,
  lane: Lane,
  ids: () => number | undefined,
  next: Random,
): Promise<void> {
  const wire = await dial({ port: front.port });
  const cutAt = life(next);
  let sent = 0;
  for (let asked = 0; wire.ending === 'open'; asked += 1) {
    const id = ids();
    if (id === undefined) break;
    const body = 'b'.repeat(Math.floor(next() * BODY_BYTES_MAX));
    const text = `POST /post-${id} HTTP/1.1\r\nHost: ${lane.open}:${front.port}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    if (sent + text.length > cutAt) {
      posted.resets.visitor += 1;
      wire.socket.write(text.slice(0, cutAt - sent), () => wire.rst());
      await wire.ends(patienceMs);
      break;
    }
    sent += text.length;
    wire.send(text);
    const settled = () =>
      ['whole', 'cut'].includes(answersIn(wire.received, [], wire.ending).answers[asked]?.state ?? '');
    await wire.until(settled, patienceMs);
    const answer = answersIn(wire.received, [], wire.ending).answers[asked];
    if (answer?.status === 200) posted.answered += 1;
    else posted.refused += 1;
  }
  wire.socket.destroy();
}

/** So many POSTs in all. */
export async function post(front: Front, posts: number, seed: number, patienceMs = PATIENCE_MS): Promise<Posted> {
  const posted: Posted = { posts, resets: { visitor: 0, origin: 0 }, answered: 0, refused: 0, doubled: [] };
  const seen = new Map<string, number>();
  let id = 0;
  const ids = () => (id < posts ? id++ : undefined);
  const work = async (lane: Lane, at: number) => {
    const next = randomOf(seed, at);
    lane.origin.welcome = (wire) => meet(wire, next, posted);
    while (id < posts) await visit({ front, posted, patienceMs }, lane, ids, next);
    // A request counts as seen from its first line on.
    for (const wire of lane.origin.wires)
      for (const [, target] of wire.text.matchAll(/POST (\/post-\d+) /g))
        seen.set(target!, (seen.get(target!) ?? 0) + 1);
    await lane.origin.clear(patienceMs);
  };
  await Promise.all(front.lanes.map(work));
  for (const [target, times] of seen) if (times > 1) posted.doubled.push(`${target}: ${times} times`);
  return posted;
}
