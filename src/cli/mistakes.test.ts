import { describe, expect, it } from 'vitest';
import { TunnelError } from '../contract/errors.ts';
import { explained } from './mistakes.ts';

const WRONG = new TunnelError('TK-5005', 'wrong');

describe('a wrong command line', () => {
  it.each([
    [['expose', '--nmae', 'x'], 'See `tunnelkit expose --help`.'],
    [['--quiet', 'serve', 'x'], 'See `tunnelkit serve --help`.'],
    [['expsoe', '3000'], 'See `tunnelkit --help`.'],
    [['help', 'expsoe'], 'See `tunnelkit --help`.'],
  ])('%o leads to the help that tells more', (args, todo) => {
    expect(explained(WRONG, args)).toMatchObject({ code: 'TK-5005', seen: 'wrong', todo });
  });

  it('leads elsewhere where that is known better', () => {
    const known = new TunnelError('TK-5005', 'wrong', { todo: '`tunnelkit token list` shows them.' });
    expect(explained(known, ['token', 'revoke', 'x'])).toBe(known);
    const other = new TunnelError('TK-5002', 'wrong');
    expect(explained(other, ['expose', '3000'])).toBe(other);
  });
});
