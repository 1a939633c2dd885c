// `tunnelkit completion` as data.
import type { CommandRow } from './row.ts';

export const completion: CommandRow = {
  name: 'completion',
  positionals: '<shell>',
  usage: 'bash|zsh|fish|powershell',
  arguments: {
    shell: {
      choices: [
        ['bash', 'for bash 4 or later'],
        ['zsh', 'for zsh 5 or later'],
        ['fish', 'for fish 3 or later'],
        ['powershell', 'for PowerShell 5 or later'],
      ],
    },
  },
  summary: 'print a completion script for a shell',
  options: [],
  later: true,
};
