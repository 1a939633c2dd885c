// `tunnelkit config` as data.
import { connect } from './connect.ts';
import { CONFIG } from './options.ts';
import { type CommandRow, flag, group } from './row.ts';
import { serve } from './serve.ts';

/** What decides nothing is not taken: `--print-limits`. */
const AS_GIVEN = [...connect.options, ...serve.options].filter(
  ({ name, later }) => !later && name !== 'print-limits' && name !== CONFIG.name,
);

export const config: CommandRow = {
  name: 'config',
  positionals: '<action>',
  usage: 'show',
  arguments: { action: { choices: [['show', 'print the configuration that counts']] } },
  summary: 'show the configuration as it is understood',
  more: `A flag counts more than its environment variable, that more than the file, and that more than the default. Secrets are
left out. Options of \`serve\` and \`connect\` count as they would there.`,
  exits: [3],
  examples: [
    ['tunnelkit config show', 'The configuration of this directory, user or machine'],
    ['tunnelkit config show --origin --config tunnelkit.yaml', 'Of this file, and where each value came from'],
    ['tunnelkit config show --origin --domain example.com', 'What `serve --domain example.com` would run with'],
  ],
  options: [
    flag('origin', 'say where each value came from'),
    CONFIG,
    ...group('As for serve and connect', ...AS_GIVEN),
  ],
};
