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
        ['release', 'give a name or port back', 'NAME'],
      ],
    },
  },
  summary: 'list or release names and ports',
  more: 'A name or port belongs to the account that took it first, also while no agent serves it, until it is released.',
  exits: [5],
  examples: [
    ['tunnelkit names list', 'Who holds what'],
    ['tunnelkit names release app', 'Let others have it'],
  ],
  options: [DATA_DIR],
};
