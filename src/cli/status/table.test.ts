import { expect, it } from 'vitest';
import { table } from './table.ts';

it('a table aligns words left and figures right, and no line ends in blanks', () => {
  const columns = [{ title: 'NAME' }, { title: 'BYTES', figures: true }, { title: 'NOTE' }];
  expect(table(columns, [['a', '1', 'x'], ['longer', '1000000', ''], ['short']])).toEqual([
    'NAME      BYTES  NOTE',
    'a             1  x',
    'longer  1000000',
    'short',
  ]);
});
