// Every HTTP case through the real program, at quick length; some of them beside nginx and haproxy. `make conformance` runs all of
// them at all three, at full length.
import { beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, runCases, runOver2, runSmuggling, runStreams } from '../../conformance/campaign.ts';
import { CASES } from '../../conformance/cases.ts';
import { PROGRAM } from './program.testkit.ts';

/** Of the mutated requests, for each of three origins. */
const INPUTS = 250;
const QUICK = CASES.filter(({ full }) => !full);
/** On a machine that has much else to do. */
const PATIENCE_MS = 600_000;
const RUN = { program: PROGRAM, full: false, say: () => {} };

describe('the cases of HTTP/1.1', () => {
  let outcome: Outcome;
  beforeAll(async () => {
    outcome = await runCases({ ...RUN, others: false });
    console.log(outcome.text.split('\n').slice(-3).join('\n'));
  }, PATIENCE_MS);

  it.each(QUICK.map(({ id, name }, at) => [id, JSON.stringify(name), at] as const))(
    '%s %s is as promised',
    (_id, _name, at) => {
      expect(outcome.columns[0]!.results[at]!.differs).toEqual([]);
    },
  );
});

/** A few of each kind: heads, bodies, answers, their fields and their ends. All of them are asked by `make conformance`. */
const OVER2 = ['P11', 'P23', 'P37', 'P41', 'P42', 'P45', 'P46', 'P55', 'P56', 'P62', 'P68', 'P76', 'P80', 'P100'];

it(
  'what means something in HTTP/2 is as promised for visitors who speak it',
  async () => {
    const { cases, columns } = await runOver2({ ...RUN, others: false, only: OVER2 });
    expect(new Set(cases.map(({ id }) => id)).size).toBe(OVER2.length);
    const differs = columns[0]!.results.flatMap(({ differs }, at) =>
      differs.map((text) => `${cases[at]!.id} ${cases[at]!.name}: ${text}`),
    );
    expect(differs).toEqual([]);
  },
  PATIENCE_MS,
);

it(
  'nginx and haproxy are asked the same, and serve the twins of what we refuse',
  async () => {
    const { columns } = await runCases({ ...RUN, others: true, only: ['P1', 'P2', 'P6', 'P12', 'P14'] });
    expect(columns.map(({ name }) => name)).toEqual(['ours', 'nginx', 'haproxy']);
    for (const { results } of columns)
      expect(results.map(({ twin }) => twin?.status)).toEqual(results.map(({ twin }) => (twin ? 200 : undefined)));
  },
  PATIENCE_MS,
);

it(
  'no mutated request hides another from the gateway or from the origins behind it',
  async () => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
    const lines = [`seed ${seed}`];
    const told = await runSmuggling({ program: PROGRAM, inputs: INPUTS, seed, say: (line) => lines.push(line) });
    console.log(lines.join('\n'));
    expect(told.map(({ origin, passed, count }) => [origin, passed, count.desyncs])).toEqual(
      ['recorder', 'nginx', 'haproxy'].map((origin) => [origin, true, []]),
    );
  },
  PATIENCE_MS,
);

it(
  'WebSockets are as without a tunnel (I6), no POST reaches an origin twice (I4), and no mutated answer hides another',
  async () => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
    const lines = [`seed ${seed}`];
    const say = (line: string) => lines.push(line);
    const streams = await runStreams({ program: PROGRAM, conversations: 25, posts: 300, answers: 150, seed, say });
    console.log(lines.join('\n'));
    const { compared, posted, poisoned, passed } = streams;
    expect([compared.differences, posted.doubled, poisoned.wrong, passed]).toEqual([[], [], [], true]);
  },
  PATIENCE_MS,
);
