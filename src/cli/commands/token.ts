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
        ['revoke', 'end a token and the sessions it admitted', 'ID'],
      ],
    },
  },
  summary: 'create, list or revoke tokens of the gateway on this machine',
  more: `A token admits agents to an account; the gateway keeps only its public half, so its join link is shown once.
A revoked token is out within a second, with the agents it admitted.`,
  exits: [5],
  examples: [
    ['tunnelkit token create', 'A join link of your own account, for another machine'],
    ["tunnelkit token create --account ann --names 'ann-*' --ports 20010-20019", 'For somebody else, within limits'],
    ['tunnelkit token list', 'Who may come'],
    ['tunnelkit token revoke ID', 'And who no longer'],
  ],
  options: [
    text('account', 'A', 'the account it admits to', { default: 'owner' }),
    list('names', 'GLOB', 'names it may use', { default: 'all' }),
    text('ports', 'A-B', 'ports it may use', { default: 'all' }),
    flag('admin', "make the admin listener's token instead"),
    DATA_DIR,
  ],
};
