import { describe, expect, it } from 'vitest';
import { ERRORS, TunnelError } from '../../contract/errors.ts';
import { type Check, type Finding, failure, notApplicable, ok, warning } from './check.ts';
import { examine, type Result } from './examine.ts';
import type { Patient } from './patient.ts';
import { diagnose, lastLine, resultEvent, resultLines } from './report.ts';

const LONG = { checkMs: 60_000, allMs: 60_000 };
const NOBODY = {} as Patient;

const check = (name: string, needs: readonly Check[], find: (signal: AbortSignal) => Promise<Finding>): Check => ({
  name,
  title: `the ${name}`,
  needs,
  run: (_patient, signal) => find(signal),
});
const finds = (name: string, finding: Finding, ...needs: readonly Check[]) => check(name, needs, async () => finding);
const never = (name: string) => check(name, [], () => new Promise(() => {}));

async function examined(checks: readonly Check[], times = LONG): Promise<readonly Result[]> {
  const told: Result[] = [];
  const results = await examine(checks, NOBODY, times, (result) => told.push(result));
  expect(told).toEqual(results);
  return results;
}

describe('checks', () => {
  it('run at the same time, and are told in the order of the table', async () => {
    const { promise, resolve } = Promise.withResolvers<Finding>();
    const first = check('first', [], () => promise);
    const second = check('second', [], async () => {
      resolve(ok('late'));
      return ok('early');
    });
    expect((await examined([first, second])).map(({ seen }) => seen)).toEqual(['late', 'early']);
  });

  it('are not made after a failure of what they need, and name it however far it is', async () => {
    const broken = finds('cable', failure('TK-4001', 'cut'));
    const next = finds('line', ok(''), broken);
    const last = finds('voice', ok(''), next);
    const apart = finds('weather', ok('fine'));
    const results = await examined([broken, next, last, apart]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['failure', 'not checked', 'not checked', 'ok']);
    expect(results[2]!.seen).toBe('because "the cable" failed');
  });

  it('are made after a warning, and after what does not apply', async () => {
    const results = await examined([
      finds('a', warning('TK-5012', 'low')),
      finds('b', notApplicable('no such thing')),
      finds('c', ok('')),
    ]);
    expect(results.at(-1)!.outcome).toBe('ok');
  });

  it('fail with the code of what they throw; anything else is a defect', async () => {
    const throws = (error: Error) => check('x', [], () => Promise.reject(error));
    const results = await examined([throws(new TunnelError('TK-1001', 'seen')), throws(new Error('oops'))]);
    expect(results.map(({ outcome, code }) => [outcome, code])).toEqual([
      ['failure', 'TK-1001'],
      ['failure', 'TK-9001'],
    ]);
  });

  it('end at their time, each and all together, whatever they wait for', async () => {
    const slow = never('slow');
    const results = await examined([slow, finds('after', ok(''), slow)], { checkMs: 20, allMs: 60_000 });
    expect(results.map(({ outcome, code }) => [outcome, code])).toEqual([
      ['failure', 'TK-4008'],
      ['not checked', undefined],
    ]);
    const all = await examined([never('slow')], { checkMs: 60_000, allMs: 20 });
    expect(all[0]!.outcome).toBe('failure');
  });
});

describe('the report', () => {
  it('exits as the first failure of the table says, and counts', async () => {
    const results = await examined([
      finds('a', warning('TK-5012', '')),
      finds('b', failure('TK-4001', '')),
      finds('c', failure('TK-5002', '')),
    ]);
    expect(diagnose(results)).toEqual({ failures: 2, warnings: 1, code: 'TK-4001', exit: 5 });
    expect(lastLine(diagnose(results))).toBe(
      '2 failures, 1 warning. Begin with the first: `tunnelkit explain TK-4001` says more.',
    );
    expect(lastLine(diagnose(results.slice(0, 2)))).toBe(
      '1 failure, 1 warning. `tunnelkit explain TK-4001` says more.',
    );
    expect(lastLine(diagnose([]))).toBe('Nothing is wrong.');
  });

  it('says once what holds for neighbours', async () => {
    const broken = finds('cable', failure('TK-4001', 'cut'));
    const results = await examined([broken, finds('b', ok(''), broken), finds('c', ok(''), broken)]);
    const lines = resultLines(results, 100, 0).split('\n');
    expect(lines.at(-1)).toBe('skipped  the b, the c: because "the cable" failed');
    expect(lines.filter((line) => line.startsWith('skipped'))).toHaveLength(1);
  });

  it.each([
    ['failure', failure],
    ['warning', warning],
  ] as const)('says of a %s what happened, what was seen and what to do', async (_name, found) => {
    const failed = finds('line', found('TK-4002', 'gw.test: ENOTFOUND.'));
    const { what, todo } = ERRORS['TK-4002'];
    const text = resultLines(await examined([failed]), 300, 0);
    expect(text).toContain(`TK-4002 ${what} gw.test: ENOTFOUND.`);
    expect(text.trimEnd()).toMatch(new RegExp(`\n +to do: ${todo}$`));
  });

  it('tells at the end, in one paragraph, what does not apply', async () => {
    const absent = ['a', 'c'].map((name) => finds(name, notApplicable('no such thing')));
    const results = await examined([...absent, finds('b', ok('fine')), finds('d', notApplicable('other'))]);
    expect(resultLines(results, 100, 0).split('\n')).toEqual([
      expect.stringMatching(/^ok +the b +fine$/),
      '',
      'Does not apply here: the a, the c (no such thing); the d (other).',
    ]);
  });

  it.each([100, 80, 60, 40])('fits %i columns', async (width) => {
    const words = 'several words that have to be wrapped somewhere along the way to the margin on the right';
    const found = [warning('TK-5012', words), ok(words), failure('TK-4001', words), notApplicable(words)];
    const text = resultLines(await examined(found.map((finding, at) => finds(`check ${at}`, finding))), width, 0);
    expect(text.split('\n').filter((line) => line.length > width)).toEqual([]);
  });

  it('shows no secret that a finding holds', async () => {
    const token = 'tkt_abcdefghijklmnop';
    const results = await examined([finds('a', failure('TK-4001', `tk://h:1/?token=${token}&pin=x`, `Use ${token}`))]);
    expect(resultLines(results, 100, 0) + JSON.stringify(resultEvent(results[0]!))).not.toContain('abcdefgh');
  });
});
