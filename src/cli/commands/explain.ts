// `tunnelkit explain` as data.
import type { CommandRow } from './row.ts';

export const explain: CommandRow = {
  name: 'explain',
  positionals: '[code]',
  arguments: { code: { offers: 'code' } },
  summary: 'explain an error code, or list them',
  options: [],
  later: true,
};
