// The completion script for bash. It runs in bash 3.2 too, which macOS has: no associative arrays, no `mapfile`.
import type { Offer, Offered, OfferedCommand } from './offers.ts';

/** Every word that is written into the script is one of the table's: letters, digits, hyphens. */
const listed = (words: readonly string[]) => `'${words.join(' ')}'`;

/** An offer as the script's own notation: words, or `@` and what to look up. */
const noted = ({ words, lookUp }: Offer) => (lookUp ? `'@${lookUp}'` : listed(words.map(([word]) => word)));

const optionCases = (commands: readonly OfferedCommand[]) =>
  commands.map(({ name, options }) => `    ${name}) offered=${listed(options.map(({ flag }) => flag))} ;;`);

const valueCases = (commands: readonly OfferedCommand[]) =>
  commands.flatMap(({ name, options }) =>
    options.flatMap(({ flag, takes }) => (takes ? [`    '${name} ${flag}') offered=${noted(takes)} ;;`] : [])),
  );

const argumentCases = (commands: readonly OfferedCommand[]) =>
  commands.flatMap(({ name, arguments: rows }) =>
    rows.map((row, position) => `    '${name} ${position}') offered=${noted(row)} ;;`),
  );

export const bashScript = ({
  first,
  commands,
}: Offered): string => `# bash completion of tunnelkit, made by \`tunnelkit completion bash\`.

# Each sets \`offered\` of its caller: words, or @file, @directory, @gateway.
_tunnelkit_options() {
  case $1 in
${optionCases([first, ...commands]).join('\n')}
    *) offered= ;;
  esac
}

# Fails when the option $2 of the command $1 takes no value.
_tunnelkit_value() {
  case "$1 $2" in
${valueCases([first, ...commands]).join('\n')}
    *) return 1 ;;
  esac
}

_tunnelkit_argument() {
  case "$1 $2" in
${argumentCases([first, ...commands]).join('\n')}
    *) offered= ;;
  esac
}

_tunnelkit_reply() {
  local IFS=$'\\n'
  case $offered in
    @file) COMPREPLY=($(compgen -f -- "$current")); compopt -o filenames 2>/dev/null ;;
    @directory) COMPREPLY=($(compgen -d -- "$current")); compopt -o filenames 2>/dev/null ;;
    @gateway) COMPREPLY=($(compgen -W "$(tunnelkit completion gateways 2>/dev/null)" -- "$current")) ;;
    *) IFS=$' \\n'; COMPREPLY=($(compgen -W "$offered" -- "$current")) ;;
  esac
}

_tunnelkit() {
  local current=\${COMP_WORDS[COMP_CWORD]} command=${first.name} position=0 option= offered= word i
  # Bash makes three words of --option=value.
  if [ "$current" = = ]; then current=; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [ "$word" = = ]; then
      continue
    elif [ -n "$option" ]; then
      option=
    elif [ "\${word:0:1}" = - ] && [ "$word" != - ]; then
      if _tunnelkit_value "$command" "$word"; then option=$word; fi
    elif [ "$command" = ${first.name} ]; then
      command=$word
    else
      position=$((position + 1))
    fi
  done
  if [ -n "$option" ]; then
    _tunnelkit_value "$command" "$option"
  elif [ "\${current:0:1}" = - ]; then
    _tunnelkit_options "$command"
  else
    _tunnelkit_argument "$command" "$position"
  fi
  _tunnelkit_reply
}

complete -F _tunnelkit tunnelkit
`;
