import { expect, it } from 'vitest';
import { factLines, listed } from './layout.ts';

const TITLES = ['ID', 'ACCOUNT', 'NAMES'];
const ROWS = [
  ['5d026536a47a', 'owner', '*'],
  ['aa452682519e', 'ann', 'ann-*'],
];

it('a list is a table where that fits, else the facts of each row by their titles', () => {
  expect(listed(TITLES, ROWS, 28)).toBe(
    'ID            ACCOUNT  NAMES\n5d026536a47a  owner    *\naa452682519e  ann      ann-*',
  );
  expect(listed(TITLES, ROWS, 27)).toBe(
    'id 5d026536a47a\n  account owner · names *\nid aa452682519e\n  account ann · names ann-*',
  );
});

it('facts break between two of them, and one that is longer than the line stands alone', () => {
  expect(factLines(['one', 'two', 'x'.repeat(20), 'three'], 12, 2)).toEqual([
    '  one · two',
    `  ${'x'.repeat(20)}`,
    '  three',
  ]);
});
