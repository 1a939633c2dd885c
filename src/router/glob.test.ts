import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globMatch } from './glob.ts';

test.each([
  ['*', '', true],
  ['*', 'anything', true],
  ['', '', true],
  ['', 'a', false],
  ['a', 'a', true],
  ['a', 'b', false],
  ['team-*', 'team-', true],
  ['team-*', 'team-x', true],
  ['team-*', 'teamx', false],
  ['*-dev', 'a-dev-dev', true],
  ['*-dev', 'a-dev-x', false],
  ['a*b*c', 'a1b2b3c', true],
  ['a*b*c', 'a1c2b', false],
  ['?', '', false],
  ['?', 'a', true],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['**', 'x', true],
  ['a.c', 'abc', false],
  ['[ab]', 'a', false],
  ['a', 'A', false],
])('the glob %j matches %j: %j', (pattern, name, matches) => expect(globMatch(pattern, name)).toBe(matches));

test('a glob matches what the same regular expression matches', () => {
  const pattern = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 }).map((list) => list.join(''));
  const name = fc.array(fc.constantFrom('a', 'b', '-'), { maxLength: 10 }).map((list) => list.join(''));
  fc.assert(
    fc.property(pattern, name, (glob, text) => {
      const expected = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
      expect(globMatch(glob, text)).toBe(expected);
    }),
    { numRuns: 5_000 },
  );
});

test('a pattern made of stars cannot blow up', () => {
  const before = process.cpuUsage().user;
  expect(globMatch(`${'*a'.repeat(2_000)}b`, 'a'.repeat(4_000))).toBe(false);
  expect(process.cpuUsage(undefined).user - before).toBeLessThan(2_000_000);
});
