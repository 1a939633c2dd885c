// `tunnelkit token` as data.
import { DATA_DIR } from './options.ts';
import { type CommandRow, flag, list, text } from './row.ts';

export const token: CommandRow = {
  name: 'token',
  positionals: '<action> [id]',
  usage: 'create|list|revoke ID',
  arguments: {
    action: {
      choices: [
        ['create', 'make a token and print its join link, once'],
        ['list', 'the tokens, without their secrets'],
        ['revoke', 'end a token and the sessions it admitted'],
      ],
    },
  },
  summary: 'create, list or revoke tokens of the gateway on this machine',
  options: [
    text('account', 'A', 'the account it admits to', { default: 'owner' }),
    list('names', 'GLOB', 'names it may use', { default: 'all' }),
    text('ports', 'A-B', 'ports it may use', { default: 'all' }),
    flag('admin', "make the admin listener's token instead"),
    DATA_DIR,
  ],
};
