import { describe, expect, it } from 'vitest';
import { issueLeaf, issueRoot, issuerOf } from '../../identity/issue.ts';
import { chainFault } from './certificates-files.ts';

const NOW = Date.UTC(2030, 0, 1);
const HOUR = 3_600_000;
const valid = { from: NOW - HOUR, until: NOW + HOUR };
const root = issueRoot(valid);
const other = issueRoot(valid);
const leaf = issueLeaf(issuerOf(root), ['app.example.test'], valid);

describe('a chain', () => {
  it.each([
    ['that leads to a trusted authority', leaf.cert, undefined],
    ['that holds the authority too', leaf.cert + root.cert, undefined],
    ['of an unknown authority', other.cert, 'does not lead to an authority that this machine trusts'],
    [
      'whose parts do not belong together',
      leaf.cert + other.cert,
      'is no chain: each certificate must be issued by the next',
    ],
    ['of nothing', 'no PEM', 'holds no certificate'],
  ])('%s', (_which, chain, fault) => {
    expect(chainFault(chain, [root.cert], NOW)).toBe(fault);
  });

  it('counts only while it is valid, to the second', () => {
    expect(chainFault(leaf.cert, [root.cert], valid.from)).toBeUndefined();
    expect(chainFault(leaf.cert, [root.cert], valid.from - 1)).toBe('is not valid yet');
    expect(chainFault(leaf.cert, [root.cert], valid.until - 1)).toBeUndefined();
    expect(chainFault(leaf.cert, [root.cert], valid.until)).toBe('has expired');
  });
});
