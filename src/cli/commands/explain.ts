// `tunnelkit explain` as data.
import type { CommandRow } from './row.ts';

export const explain: CommandRow = {
  name: 'explain',
  positionals: '[code]',
  arguments: { code: { offers: 'code' } },
  summary: 'explain an error code, or list them',
  more: 'CODE is TK-2001, tk2001 or 2001. It needs no gateway and no network.',
  examples: [
    ['tunnelkit explain TK-2001', 'What it means, what to do, and where it is met'],
    ['tunnelkit explain', 'All codes'],
  ],
  exits: [2],
  options: [],
};
