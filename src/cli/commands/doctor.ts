// `tunnelkit doctor` as data.
import { CONFIG, DATA_DIR, GATEWAY, TOKEN_FILE } from './options.ts';
import { type CommandRow, text } from './row.ts';

export const doctor: CommandRow = {
  name: 'doctor',
  positionals: '[target]',
  arguments: { target: { offers: 'directory' } },
  summary: 'find out what is wrong, and what to do about it',
  more: `It looks at the configuration, this machine, the way to the gateway step by step, the gateway's identity, the token, and
the local service: TARGET, or those of the configuration. On the machine of a gateway it looks at that too. It takes ten seconds at most and
changes nothing. The exit status is that of the first failure.`,
  exits: [0, 3, 4, 5, 6, 7, 8, 124],
  examples: [
    ['tunnelkit doctor', 'This machine, and the way to the gateway of the last login'],
    ['tunnelkit doctor 3000', 'And whether the service at port 3000 answers'],
    ['tunnelkit doctor --bundle report.tar.gz', 'And keep everything that helps, without secrets, in one file'],
  ],
  options: [
    GATEWAY,
    TOKEN_FILE,
    CONFIG,
    DATA_DIR,
    text('bundle', 'FILE', 'also write a diagnostic bundle (tar.gz) without secrets', { offers: 'file' }),
  ],
};
