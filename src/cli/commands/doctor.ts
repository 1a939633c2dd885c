// `tunnelkit doctor` as data.
import { CONFIG, DATA_DIR, GATEWAY, TOKEN_FILE } from './options.ts';
import { type CommandRow, text } from './row.ts';

export const doctor: CommandRow = {
  name: 'doctor',
  positionals: '[target]',
  arguments: { target: { offers: 'directory' } },
  summary: 'find out what is wrong, and what to do about it',
  options: [
    GATEWAY,
    TOKEN_FILE,
    CONFIG,
    DATA_DIR,
    text('bundle', 'FILE', 'also write a diagnostic bundle (tar.gz) without secrets', { offers: 'file' }),
  ],
  later: true,
};
