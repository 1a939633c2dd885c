import { describe, expect, it } from 'vitest';
import { durationWords, lastsMs, planOf } from './plan.ts';

const idsOf = (words: readonly string[]) => planOf({ scenario: words }).scenarios.map(({ id }) => id);

describe('the plan of a bench run', () => {
  it('takes all scenarios without a word, and is done in about three minutes', () => {
    const plan = planOf({ scenario: [] });
    expect(idsOf([])).toEqual([
      ...['http.c1', 'http.c16', 'http.c64', 'http.c256', 'host.c64', 'connect'],
      ...['bulk.down.c1', 'bulk.down.c8', 'bulk.up.c1', 'bulk.up.c8', 'beside', 'pingpong', 'idle', 'startup'],
    ]);
    expect(plan.runs).toBeGreaterThanOrEqual(5);
    expect(durationWords(lastsMs(plan))).toBe('about 3 min');
    expect(durationWords(19_200)).toBe('about 20 s');
  });

  it('chooses by the words before a dot, in the order of the table, each once', () => {
    expect(idsOf(['bulk.up', 'http.c64', 'bulk.up.c1'])).toEqual(['http.c64', 'bulk.up.c1', 'bulk.up.c8']);
    expect(idsOf(['http'])).toEqual(['http.c1', 'http.c16', 'http.c64', 'http.c256']);
  });

  it('says how to do the same again', () => {
    expect(planOf({ scenario: ['bulk'], runs: 7, json: 'x' }).command).toBe('tunnelkit bench bulk --runs 7');
    const all = { scenario: [], runs: 2, seconds: 1.5, origin: 'own' };
    expect(planOf(all).command).toBe('tunnelkit bench --runs 2 --seconds 1.5 --origin own');
  });

  it.each([
    [{ scenario: ['conect'] }, /There is no scenario "conect". Did you mean connect\?/],
    [{ scenario: ['htt'] }, /There is no scenario "htt"/],
    [{ scenario: [], runs: 0 }, /--runs takes 1 to 100, not 0/],
    [{ scenario: [], runs: 2.5 }, /--runs takes a whole number/],
    [{ scenario: [], seconds: 0.001 }, /--seconds takes 0.05 to 60/],
  ])('refuses %j', (options, message) => {
    expect(() => planOf(options)).toThrow(
      expect.objectContaining({ code: 'TK-5005', seen: expect.stringMatching(message) }),
    );
  });
});
