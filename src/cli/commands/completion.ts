// `tunnelkit completion` as data.
import type { CommandRow } from './row.ts';

export const completion: CommandRow = {
  name: 'completion',
  positionals: '<shell>',
  usage: 'bash|zsh|fish|powershell',
  arguments: {
    shell: {
      choices: [
        ['bash', 'for bash 3.2 or later'],
        ['zsh', 'for zsh 5 or later'],
        ['fish', 'for fish 3 or later'],
        ['powershell', 'for PowerShell 5.1 or later'],
      ],
    },
  },
  summary: 'print a completion script for a shell',
  more: `Completes commands, options, their values, files, error codes, and the gateways you logged in to. Make the script
anew after an upgrade. In zsh, a directory of your own must be in fpath before compinit runs: fpath=(~/.zfunc $fpath) in
~/.zshrc. In PowerShell: tunnelkit completion powershell >> $PROFILE`,
  examples: [
    ['source <(tunnelkit completion bash)', 'In this bash only'],
    [
      'tunnelkit completion bash > ~/.local/share/bash-completion/completions/tunnelkit',
      'In every bash of yours, where the package bash-completion is installed',
    ],
    ['tunnelkit completion zsh > ~/.zfunc/_tunnelkit', 'In every zsh of yours'],
    ['tunnelkit completion fish > ~/.config/fish/completions/tunnelkit.fish', 'In every fish of yours'],
  ],
  options: [],
};
