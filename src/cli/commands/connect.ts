// `tunnelkit connect` as data.
import { CONFIG, GATEWAY, TOKEN_FILE } from './options.ts';
import type { CommandRow } from './row.ts';

export const connect: CommandRow = {
  name: 'connect',
  positionals: '',
  summary: 'run the exposures of a configuration file, unattended',
  more: `The file is --config, or the first tunnelkit.yaml, .yml, .toml or .json of this directory, the user's
configuration directory and /etc/tunnelkit; what it may hold is in tunnelkit(5). SIGHUP reads it again and touches only what changed.`,
  exits: [3, 4, 5, 7],
  examples: [
    ['tunnelkit connect', 'All exposures of ./tunnelkit.yaml'],
    [
      'tunnelkit connect --config /etc/tunnelkit/site.yaml --gateway home',
      'Of another file, through the gateway called home',
    ],
  ],
  options: [CONFIG, GATEWAY, TOKEN_FILE],
};
