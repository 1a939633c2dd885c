// `tunnelkit status` as data.
import { DATA_DIR } from './options.ts';
import type { CommandRow } from './row.ts';

export const status: CommandRow = {
  name: 'status',
  positionals: '',
  summary: 'what the gateway and your agents on this machine are doing',
  exits: [5],
  examples: [
    ['tunnelkit status', 'Agents, their exposures and traffic'],
    ['tunnelkit status --json', 'The same for a script'],
  ],
  options: [DATA_DIR],
};
