// The one table of commands: parsing, help, README, man pages and completion are made from it. Data only; a file a command in commands/.
import { bench } from './commands/bench.ts';
import { completion } from './commands/completion.ts';
import { config } from './commands/config.ts';
import { connect } from './commands/connect.ts';
import { doctor } from './commands/doctor.ts';
import { explain } from './commands/explain.ts';
import { expose } from './commands/expose.ts';
import { login } from './commands/login.ts';
import { names } from './commands/names.ts';
import type { CommandRow } from './commands/row.ts';
import { serve } from './commands/serve.ts';
import { service } from './commands/service.ts';
import { status } from './commands/status.ts';
import { token } from './commands/token.ts';

const version: CommandRow = {
  name: 'version',
  positionals: '',
  summary: 'print the version',
  examples: [['tunnelkit version', 'What is installed here']],
  options: [],
};
const help: CommandRow = {
  name: 'help',
  positionals: '[command]',
  arguments: { command: { offers: 'command' } },
  summary: 'show the help of a command, or of all',
  examples: [
    ['tunnelkit help expose', 'The same as `tunnelkit expose --help`'],
    ['tunnelkit help environment', 'The variables that are read'],
  ],
  options: [],
};

export interface CommandGroup {
  readonly heading: string;
  readonly commands: readonly CommandRow[];
}

export const COMMAND_GROUPS: readonly CommandGroup[] = [
  { heading: 'Main commands', commands: [serve, expose, connect, bench] },
  { heading: 'Gateways, names and tokens', commands: [login, token, names, status] },
  { heading: 'When something is wrong', commands: [doctor, explain, config] },
  { heading: 'On this machine', commands: [service, completion, version, help] },
];

export const COMMANDS: readonly CommandRow[] = COMMAND_GROUPS.flatMap(({ commands }) => commands);
