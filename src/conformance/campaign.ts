// The whole run: the cases at the program, at nginx and at haproxy, one table.
import { CASES } from './cases.ts';
import type { Front } from './fronts/front.ts';
import { startHaproxy } from './fronts/haproxy.ts';
import { startNginx } from './fronts/nginx.ts';
import { startOurs } from './fronts/ours.ts';
import { run } from './run.ts';
import { type Column, report, table } from './table.ts';

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
  readonly columns: readonly Column[];
  readonly text: string;
  readonly json: object;
  /** All of ours is as promised. */
  readonly passed: boolean;
}

const LANES = 8;
/** For what must come: long where it must, short where others only show that it does not. */
const PATIENCE_MS = { ours: 20_000, nginx: 1_500, haproxy: 1_500 };

export async function runCases({ program, full, others, only, say }: Campaign): Promise<Outcome> {
  const cases = CASES.filter(({ id, full: long }) => (only?.includes(id) ?? true) && (full || !long));
  const of = (start: () => Promise<Front>) =>
    column(start, (front) => run(cases, front, { ms: PATIENCE_MS[front.name], full }), say);
  const ours = await of(() => startOurs(program, LANES));
  // The others spend their time waiting for what does not come: they may do so together.
  const theirs = others ? await Promise.all([startNginx, startHaproxy].map((start) => of(() => start(LANES)))) : [];
  const columns = [ours, ...theirs];
  return {
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
