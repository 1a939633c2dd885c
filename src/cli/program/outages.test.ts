// The outages of `make outages`, once each and short: what is promised of links, at five times the time, because the machine is shared.
import { describe, expect, it } from 'vitest';
import { pool } from '../../faults/outages/pool.testkit.ts';
import { roam } from '../../faults/outages/roam.testkit.ts';
import { skew } from '../../faults/outages/skew.testkit.ts';
import { lineOf, type Trial, wrongOf } from '../../faults/outages/trial.ts';

const SLACK = 5;

async function holds(trial: Trial, effort: Partial<Trial['effort']>): Promise<void> {
  const outcome = await trial.run({ ...trial.effort, ...effort });
  console.log([...outcome.figures.map(lineOf), ...outcome.notes].join('\n'));
  expect(wrongOf(outcome, SLACK)).toEqual([]);
}

describe('an outage', () => {
  it('of one agent of a pool costs what was in flight with it, and the next request is served (R10)', () =>
    holds(pool(), { rounds: 2, awayMs: [300] }));

  it('of the network that an agent was in: the URL answers from the next one (R8)', () =>
    holds(roam(), { rounds: 1, agents: 1 }));

  it('is none for clocks that are wrong by ten minutes, each its own way (R13)', () =>
    holds(skew(), { rounds: 1, agents: 1 }));
});
