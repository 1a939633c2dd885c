// `tunnelkit connect` as data.
import { CONFIG, GATEWAY, TOKEN_FILE } from './options.ts';
import type { CommandRow } from './row.ts';

export const connect: CommandRow = {
  name: 'connect',
  positionals: '',
  summary: 'run the exposures of a configuration file, unattended',
  more: 'SIGHUP reads the file again and touches only what changed.',
  options: [CONFIG, GATEWAY, TOKEN_FILE],
};
