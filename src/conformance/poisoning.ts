// Origins that say mutated answers: a visitor gets an answer that the letter of RFC 9112 finds in those bytes, or none; and the next
// visitor gets what it asked for, and nothing that was left behind.
import { answersIn } from './answer.ts';
import type { Front, Lane } from './fronts/front.ts';
import { mutatedAnswer } from './mutations.ts';
import { dial } from './raw/visitor.ts';
import { requestsIn } from './request.ts';

export interface Poisoned {
  readonly answers: number;
  /** Arrived as they were meant. */
  passed: number;
  /** Were answered 502 in their place, or visibly cut. */
  refused: number;
  /** In words: what came that nobody said, or said to somebody else. */
  readonly wrong: string[];
}

const PATIENCE_MS = 20_000;

export async function poison(front: Front, answers: number, seed: number, patienceMs = PATIENCE_MS): Promise<Poisoned> {
  const poisoned: Poisoned = { answers, passed: 0, refused: 0, wrong: [] };
  let id = 0;
  const work = async (lane: Lane) => {
    while (id < answers) await one({ front, seed, poisoned, patienceMs }, lane, id++);
  };
  await Promise.all(front.lanes.map(work));
  return poisoned;
}

/** Requests for `/odd` are answered with the bytes, and then the end; all others with their own target. */
function serve(lane: Lane, bytes: string): void {
  lane.origin.welcome = (wire) => {
    let answered = 0;
    wire.heard = () => {
      for (const { target } of requestsIn(wire.received).whole.slice(answered)) {
        answered += 1;
        if (target === '/odd') wire.send(bytes).fin();
        else wire.send(`HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`);
      }
    };
  };
}

interface Run {
  readonly front: Front;
  readonly seed: number;
  readonly poisoned: Poisoned;
  readonly patienceMs: number;
}

async function one({ front, seed, poisoned, patienceMs }: Run, lane: Lane, id: number): Promise<void> {
  const { bytes } = mutatedAnswer(id, seed);
  serve(lane, bytes);
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: ${lane.open}:${front.port}\r\n\r\n`;
  const visitor = await dial({ port: front.port });
  const heard = () => answersIn(visitor.received, [], visitor.ending);
  const settled = (nth: number) => () => ['whole', 'cut'].includes(heard().answers[nth]?.state ?? '');
  await visitor.send(get('/odd')).until(settled(0), patienceMs);
  if (visitor.ending === 'open') await visitor.send(get(`/check-${id}`)).until(settled(1), patienceMs);
  const other = await dial({ port: front.port });
  const asked = () => answersIn(other.received, [], other.ending).answers[0];
  await other.send(get(`/other-${id}`)).until(() => asked()?.state === 'whole', patienceMs);
  judge(poisoned, id, bytes, heard(), asked()?.body);
  visitor.socket.destroy();
  other.socket.destroy();
  await lane.origin.clear(patienceMs);
}

function judge(
  poisoned: Poisoned,
  id: number,
  said: string,
  heard: ReturnType<typeof answersIn>,
  other?: string,
): void {
  const wrong = (what: string) => void poisoned.wrong.push(`${id} ${what}: ${JSON.stringify(said)}`);
  const [answer, next] = heard.answers;
  const letter = answersIn(Buffer.from(said, 'latin1'), [], 'fin', true).answers[0];
  if (other !== `/other-${id}`) wrong(`another visitor got ${other}`);
  if (next !== undefined && next.body !== `/check-${id}`) wrong(`the next request got ${next.body}`);
  if (heard.fault !== undefined || heard.rest.length > 0) wrong(`bytes that are no answer, ${heard.fault}`);
  if (answer === undefined || answer.state !== 'whole' || answer.status === 502) {
    poisoned.refused += 1;
    return;
  }
  poisoned.passed += 1;
  const same = letter?.state === 'whole' && letter.status === answer.status && letter.body === answer.body;
  if (!same) wrong(`a visitor got ${answer.status} ${answer.body}`);
}
