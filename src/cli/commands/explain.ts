// `tunnelkit explain` as data.
import type { CommandRow } from './row.ts';

export const explain: CommandRow = {
  name: 'explain',
  positionals: '[code]',
  arguments: { code: { offers: 'code' } },
  summary: 'explain an error code, or list them',
  more: 'CODE is TK-2001, tk2001 or 2001. It needs no gateway and no network.',
  options: [],
};
