// The whole run: the cases at the program, at nginx and at haproxy, one table.
import { post } from './at-most-once.ts';
import type { Case } from './case.ts';
import { CASES } from './cases.ts';
import type { Front } from './fronts/front.ts';
import { startHaproxy } from './fronts/haproxy.ts';
import { startNginx } from './fronts/nginx.ts';
import { startOurs } from './fronts/ours.ts';
import { over2 } from './over2/bridge.ts';
import { meansSomething, toldOver2 } from './over2/meaning.ts';
import { poison } from './poisoning.ts';
import { run } from './run.ts';
import { type Count, inWords, smuggle } from './smuggling.ts';
import { type Column, report, table } from './table.ts';
import { compare } from './transcripts.ts';

export interface Campaign {
  /** What is started as `tunnelkit`. */
  readonly program: string;
  /** Gigabytes and minutes where they are promised. */
  readonly full: boolean;
  /** Run nginx and haproxy too. */
  readonly others: boolean;
  /** Only these promises. */
  readonly only?: readonly string[] | undefined;
  say(line: string): void;
}

export interface Outcome {
  readonly cases: readonly Case[];
  readonly columns: readonly Column[];
  readonly text: string;
  readonly json: object;
  /** All of ours is as promised. */
  readonly passed: boolean;
}

const LANES = 8;
/** For what must come: long where it must, short where others only show that it does not. */
const patienceMs = (name: Front['name'], full: boolean) => (name === 'ours' ? 20_000 : full ? 8_000 : 700);

export function runCases(campaign: Campaign): Promise<Outcome> {
  return atFronts(chosen(campaign), campaign, async (front) => front);
}

/** Once more, by visitors of HTTP/2, those that mean something there. */
export function runOver2(campaign: Campaign): Promise<Outcome> {
  return atFronts(chosen(campaign).filter(meansSomething).map(toldOver2), campaign, over2);
}

function chosen({ only, full }: Campaign): readonly Case[] {
  return CASES.filter(({ id, full: long }) => (only?.includes(id) ?? true) && (full || !long));
}

/** `heard`: how visitors reach a front. */
async function atFronts(
  cases: readonly Case[],
  { program, full, others, say }: Campaign,
  heard: (front: Front) => Promise<Front>,
): Promise<Outcome> {
  const of = (start: () => Promise<Front>) =>
    column(
      async () => heard(await start()),
      (front) => run(cases, front, { ms: patienceMs(front.name, full), full }),
      say,
    );
  const ours = await of(() => startOurs(program, LANES));
  // The others spend their time waiting for what does not come: they may do so together.
  const theirs = others ? await Promise.all([startNginx, startHaproxy].map((start) => of(() => start(LANES)))) : [];
  const columns = [ours, ...theirs];
  return {
    cases,
    columns,
    text: table(cases, columns),
    json: report(cases, columns),
    passed: ours.results.every(({ differs }) => differs.length === 0),
  };
}

async function column(
  start: () => Promise<Front>,
  play: (front: Front) => Promise<Column['results']>,
  say: Campaign['say'],
): Promise<Column> {
  const startedAt = performance.now();
  const front = await start();
  try {
    const results = await play(front);
    say(`${front.name}: ${results.length} cases in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
    return { name: front.name, results };
  } finally {
    await front.close();
  }
}

/** What the mutations came to behind one origin. */
export interface Smuggled {
  readonly origin: string;
  readonly count: Count;
  readonly passed: boolean;
}

/** A campaign that refuses everything has shown nothing. */
const FORWARDED_SHARE_MIN = 0.2;

export interface Smuggling {
  readonly program: string;
  readonly inputs: number;
  readonly seed: number;
  say(line: string): void;
}

/** The mutations at the program, in front of the raw recorder, of nginx and of haproxy. */
export async function runSmuggling({ program, inputs, seed, say }: Smuggling): Promise<readonly Smuggled[]> {
  const told: Smuggled[] = [];
  for (const start of [undefined, startNginx, startHaproxy]) {
    const behind = await start?.(LANES);
    const front = await startOurs(program, LANES, behind);
    try {
      const count = await smuggle(front, inputs, seed);
      const enough = count.forwarded >= inputs * FORWARDED_SHARE_MIN;
      const origin = behind?.name ?? 'recorder';
      told.push({ origin, count, passed: count.desyncs.length === 0 && count.inner === 0 && enough });
      say(inWords(origin, count));
    } finally {
      await front.close();
      await behind?.close();
    }
  }
  return told;
}

export interface Streams {
  readonly program: string;
  readonly conversations: number;
  readonly posts: number;
  readonly answers: number;
  readonly seed: number;
  say(line: string): void;
}

/** WebSockets compared with direct ones, POSTs under resets, and mutated answers. */
export async function runStreams({ program, conversations, posts, answers, seed, say }: Streams) {
  const front = await startOurs(program, LANES);
  try {
    const compared = await compare(front, conversations, seed);
    const mib = Math.round(compared.bytes / 1_048_576);
    say(`${conversations} WebSocket conversations, ${mib} MiB: ${compared.differences.length} differ from direct ones`);
    const posted = await post(front, posts, seed);
    const { resets, answered, refused, doubled } = posted;
    say(
      `${posts} POSTs, ${resets.visitor} resets by visitors and ${resets.origin} by origins at random bytes: ${answered} answered, ${refused} refused, ${doubled.length} seen twice`,
    );
    const poisoned = await poison(front, answers, seed);
    const { passed, refused: replaced, wrong } = poisoned;
    say(
      `${answers} mutated answers: ${passed} passed, ${replaced} refused or cut, ${wrong.length} wrong or misdelivered`,
    );
    const landed = resets.visitor > 0 && resets.origin > 0 && passed >= answers * FORWARDED_SHARE_MIN;
    const bad = compared.differences.length + doubled.length + wrong.length;
    return { compared, posted, poisoned, passed: landed && bad === 0 };
  } finally {
    await front.close();
  }
}
