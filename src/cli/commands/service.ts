// `tunnelkit service` as data.
import { CONFIG } from './options.ts';
import { type CommandRow, flag } from './row.ts';

export const service: CommandRow = {
  name: 'service',
  positionals: '<action> [role]',
  usage: 'install|uninstall|status [serve|connect]',
  arguments: {
    action: {
      choices: [
        ['install', 'write the unit, enable and start it'],
        ['uninstall', 'stop it and take the unit away'],
        ['status', 'whether it is installed and runs'],
      ],
    },
    role: {
      choices: [
        ['serve', 'the gateway'],
        ['connect', 'the agent of a configuration file'],
      ],
    },
  },
  summary: 'run the gateway or the agent as a system service (systemd)',
  more: `The gateway runs as a user of its own, with its data in /var/lib/tunnelkit; the agent runs as the owner of its configuration
file. Both are restarted when they fail or hang.`,
  exits: [1, 3, 7, 8],
  examples: [
    ['tunnelkit service install serve --config /etc/tunnelkit/tunnelkit.yaml', 'The gateway, now and after every boot'],
    ['tunnelkit service install connect --user', 'The agent of ./tunnelkit.yaml, as a service of yours'],
    ['tunnelkit service status', 'Whether they run, since when, and their last lines'],
  ],
  options: [flag('user', 'as a service of this user, not of the system'), CONFIG],
};
