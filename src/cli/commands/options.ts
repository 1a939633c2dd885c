// Options of more than one command. Data only.
import { flag, later, type OptionRow, text } from './row.ts';

/** Taken by every command. */
export const GLOBAL_OPTIONS: readonly OptionRow[] = [
  flag('json', 'stdout is newline-delimited JSON'),
  flag('quiet', 'only errors on stderr'),
  text('log-level', 'LEVEL', 'the least that reaches stderr', {
    choices: ['trace', 'debug', 'info', 'warn', 'error'],
    default: 'info',
  }),
  text('log-format', 'FORMAT', 'how it looks; pretty redraws nothing', {
    choices: ['auto', 'pretty', 'json'],
    default: 'auto',
  }),
  { name: 'color', type: 'boolean', summary: 'no colours, whatever the terminal can show' },
];

export const DATA_DIR = text('data-dir', 'DIR', "the gateway's data directory", { offers: 'directory' });
export const CONFIG = text('config', 'FILE', 'configuration (YAML, TOML or JSON)', { offers: 'file' });
export const REACTOR = later(
  text('reactor', 'NAME', 'how bytes enter and leave the process', { choices: ['node', 'linux', 'auto'] }),
);
export const GATEWAY = text('gateway', 'LINK', 'a name given at login, a join link, or host:port with --token-file', {
  offers: 'gateway',
});
export const TOKEN_FILE = text('token-file', 'FILE', 'file that holds the token (- for stdin)', { offers: 'file' });
