// Every HTTP case through the real program, at quick length, beside nginx and haproxy; `make conformance` runs them at full length.
import { beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, runCases } from '../../conformance/campaign.ts';
import { CASES } from '../../conformance/cases.ts';
import { PROGRAM } from './program.testkit.ts';

const QUICK = CASES.filter(({ full }) => !full);

let outcome: Outcome;
beforeAll(async () => {
  outcome = await runCases({ program: PROGRAM, full: false, others: true, say: () => {} });
});

describe('the cases of HTTP/1.1', () => {
  it.each(QUICK.map(({ id, name }, at) => [id, JSON.stringify(name), at] as const))(
    '%s %s is as promised',
    (_id, _name, at) => {
      expect(outcome.columns[0]!.results[at]!.differs).toEqual([]);
    },
  );

  it('are asked of nginx and haproxy too, which serve what is plain', () => {
    for (const { name, results } of outcome.columns.slice(1)) {
      const served = results.filter(({ twin }) => twin?.status === 200).length;
      expect([name, served > 100]).toEqual([name, true]);
    }
    console.log(outcome.text.split('\n').slice(-4).join('\n'));
  });
});
