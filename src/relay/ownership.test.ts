import { describe, expect, test } from 'vitest';
import { type Claimant, refusalOf } from './ownership.ts';

const ME: Claimant = { account: 'a', agentKey: 'k1', order: 5 };
const NAME = { kind: 'name', takeOver: false } as const;
const PORT = { kind: 'port', takeOver: true } as const;

describe('ownership', () => {
  test.each([
    ['what nobody holds may be run', NAME, undefined, undefined, undefined],
    ['what the account holds and nobody runs may be run', NAME, { account: 'a' }, undefined, undefined],
    ['a name of another account is taken, running or not', NAME, { account: 'b' }, undefined, 'TK-1005'],
    ['take-over does not reach another account', PORT, { account: 'b' }, { ...ME, account: 'b' }, 'TK-1006'],
    ['the same key admitted earlier is replaced', NAME, { account: 'a' }, { ...ME, order: 4 }, undefined],
    ['the same key admitted later is not replaced', NAME, { account: 'a' }, { ...ME, order: 6 }, 'TK-1008'],
    ['another key of the account stays', NAME, { account: 'a' }, { ...ME, agentKey: 'k2' }, 'TK-1007'],
    [
      'another key of the account is taken over when asked',
      PORT,
      { account: 'a' },
      { ...ME, agentKey: 'k2' },
      undefined,
    ],
  ] as const)('%s', (_title, claim, owner, runner, code) => {
    expect(refusalOf(ME, claim, owner, runner)).toBe(code);
  });
});
