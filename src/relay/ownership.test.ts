import { describe, expect, test } from 'vitest';
import { type Claimant, refusalOf, type Wish, yields } from './ownership.ts';

const ME: Claimant = { account: 'a', agentKey: 'k1', order: 5 };
const OTHER: Claimant = { ...ME, agentKey: 'k2' };
const ALONE: Wish = { kind: 'http', takeOver: false, pool: false, auth: undefined, allowIp: [] };
const FORCED: Wish = { ...ALONE, takeOver: true };
const SHARED: Wish = { ...ALONE, pool: true };
const OWN = { account: 'a' };

describe('ownership', () => {
  test.each([
    ['what nobody holds may be run', ALONE, undefined, undefined, undefined],
    ['what the account holds and nobody runs may be run', ALONE, OWN, undefined, undefined],
    ['a name of another account is taken, running or not', ALONE, { account: 'b' }, undefined, 'TK-1005'],
    ['take-over does not reach another account', FORCED, { account: 'b' }, { ...ME, account: 'b' }, 'TK-1005'],
    ['nor does a pool', SHARED, { account: 'b' }, { ...OTHER, account: 'b' }, 'TK-1005'],
    ['the same key admitted earlier is replaced', ALONE, OWN, { ...ME, order: 4 }, undefined],
    ['the same key admitted later is not replaced', ALONE, OWN, { ...ME, order: 6 }, 'TK-1008'],
    ['another key of the account stays', ALONE, OWN, OTHER, 'TK-1007'],
    ['another key of the account is taken over when asked', FORCED, OWN, OTHER, undefined],
  ] as const)('%s', (_title, wish, owner, member, code) => {
    const runners = member === undefined ? [] : [{ member, request: { ...wish, takeOver: false } }];
    expect(refusalOf(ME, 'name', wish, owner, runners)?.code).toBe(code);
  });

  test('a port that is taken has its own code', () => {
    expect(refusalOf(ME, 'port', ALONE, { account: 'b' }, [])?.code).toBe('TK-1006');
  });
});

describe('a pool', () => {
  test.each([
    ['takes who asks as its members did', SHARED, SHARED, undefined],
    ['does not take who did not ask', ALONE, SHARED, 'it is shared by agents with `--pool`'],
    ['is none where the first did not ask', SHARED, ALONE, 'it runs without `--pool`'],
    ['has one password', { ...SHARED, auth: 'a:b' }, SHARED, 'its pool has another `--auth` or `--allow-ip`'],
    [
      'has the same networks',
      { ...SHARED, allowIp: ['::/0'] },
      SHARED,
      'its pool has another `--auth` or `--allow-ip`',
    ],
    ['does not mind their order', { ...SHARED, allowIp: ['a', 'b'] }, { ...SHARED, allowIp: ['b', 'a'] }, undefined],
    ['has one kind of visitors', { ...SHARED, kind: 'tcp' }, SHARED, 'its pool is of http'],
  ] as const)('%s', (_title, wish, request, why) => {
    const runner = { member: OTHER, request };
    expect(refusalOf(ME, 'name', wish, OWN, [runner])).toEqual(why === undefined ? why : { code: 'TK-1007', why });
    expect(yields(runner, ME, wish)).toBe(why !== undefined);
  });

  test('loses only a member of the same key to it, and everybody to who takes over without sharing', () => {
    const runners = [ME, OTHER].map((member) => ({ member, request: SHARED }));
    const again = { ...ME, order: 9 };
    expect(runners.map((runner) => yields(runner, again, SHARED))).toEqual([true, false]);
    expect(refusalOf(again, 'name', FORCED, OWN, runners)).toBeUndefined();
    expect(runners.map((runner) => yields(runner, again, FORCED))).toEqual([true, true]);
  });
});
