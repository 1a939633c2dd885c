// `tunnelkit config` as data.
import { CONFIG } from './options.ts';
import { type CommandRow, flag } from './row.ts';

export const config: CommandRow = {
  name: 'config',
  positionals: '<action>',
  usage: 'show',
  arguments: { action: { choices: [['show', 'print the configuration that counts']] } },
  summary: 'show the configuration as it is understood',
  options: [flag('origin', 'say where each value came from'), CONFIG],
  later: true,
};
