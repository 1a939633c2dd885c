// The completion script for zsh: one `_arguments` call a command, so that zsh itself knows what was given already.
import type { Offer, Offered, OfferedCommand, OfferedOption } from './offers.ts';

/** Inside single quotes. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
/** Where brackets and colons mean something. */
const escaped = (text: string) => text.replaceAll(/[\\[\]:]/g, '\\$&');

const LOOK_UP = { file: '_files', directory: '_files -/', gateway: '_tunnelkit_gateways' } as const;

/** What `_arguments` does at a place: words with what they do, plain words, a function, or only the name of what stands there. */
function action({ words, lookUp }: Offer): string {
  if (lookUp) return LOOK_UP[lookUp];
  if (words.length === 0) return ' ';
  if (words.every(([, does]) => does === '')) return `(${words.map(([word]) => word).join(' ')})`;
  return `((${words.map(([word, does]) => `${word}\\:"${escaped(does).replaceAll(/["$`]/g, '\\$&')}"`).join(' ')}))`;
}

function optionSpec({ flag, does, takes, often }: OfferedOption): string {
  const value = takes ? `:${escaped(takes.called)}:${action(takes)}` : '';
  return quoted(`${often ? '*' : ''}${flag}${takes ? '=' : ''}[${escaped(does)}]${value}`);
}

const argumentSpec = (row: Offer, position: number) => quoted(`${position + 1}:${row.called}:${action(row)}`);

const specs = ({ options, arguments: rows }: OfferedCommand): string =>
  [...options.map(optionSpec), ...rows.map(argumentSpec)].join(' \\\n    ');

export const zshScript = ({ first, commands }: Offered): string => `#compdef tunnelkit
# zsh completion of tunnelkit, made by \`tunnelkit completion zsh\`.

_tunnelkit_gateways() {
  local -a names
  names=(\${(f)"$(_call_program gateways tunnelkit completion gateways 2>/dev/null)"})
  compadd -a names
}

${commands.map((command) => `_tunnelkit_${command.name}() {\n  _arguments \\\n    ${specs(command)}\n}`).join('\n\n')}

_tunnelkit() {
  local curcontext=$curcontext state line
  _arguments -C \\
    ${specs(first)} \\
    '*::argument:->argument'
  # Here \`words\` begins with the command.
  [[ $state == argument ]] && (( $+functions[_tunnelkit_$words[1]] )) && _tunnelkit_$words[1]
}

# Autoloaded as a file of fpath, or sourced.
if [[ $funcstack[1] == _tunnelkit ]]; then
  _tunnelkit "$@"
else
  compdef _tunnelkit tunnelkit
fi
`;
