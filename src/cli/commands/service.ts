// `tunnelkit service` as data.
import { CONFIG } from './options.ts';
import { type CommandRow, flag } from './row.ts';

export const service: CommandRow = {
  name: 'service',
  positionals: '<action> [role]',
  usage: 'install|uninstall|status serve|connect',
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
  options: [flag('user', 'as a service of this user, not of the system'), CONFIG],
  later: true,
};
