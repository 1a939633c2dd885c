// `tunnelkit names` as data.
import { DATA_DIR } from './options.ts';
import type { CommandRow } from './row.ts';

export const names: CommandRow = {
  name: 'names',
  positionals: '<action> [name]',
  usage: 'list|release NAME',
  arguments: {
    action: {
      choices: [
        ['list', 'the names and ports, and whose they are'],
        ['release', 'give a name or port back'],
      ],
    },
  },
  summary: 'list or release names and ports',
  options: [DATA_DIR],
};
