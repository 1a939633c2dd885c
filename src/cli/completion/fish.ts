// The completion script for fish.
import type { Offer, Offered, OfferedCommand } from './offers.ts';

const quoted = (text: string) => `'${text.replaceAll(/['\\]/g, '\\$&')}'`;

const LOOK_UP = {
  file: '-F',
  directory: "-f -a '(__fish_complete_directories)'",
  gateway: "-f -a '(tunnelkit completion gateways 2>/dev/null)'",
} as const;

/** What `complete` is told of the place: `-f` no files, `-F` files, `-a` words. */
function place({ words, lookUp }: Offer): string {
  if (lookUp) return LOOK_UP[lookUp];
  return words.length === 0 ? '-f' : `-f -a ${quoted(words.map(([word]) => word).join(' '))}`;
}

function optionLines({ name, options }: OfferedCommand): readonly string[] {
  return options.map(({ flag, does, takes, often }) => {
    const unused = often ? '' : `; and not __tunnelkit_given ${flag}`;
    const value = takes ? ` -r ${place(takes)}` : '';
    return `complete -c tunnelkit -n '__tunnelkit_in ${name}${unused}' -l ${flag.slice(2)}${value} -d ${quoted(does)}`;
  });
}

/** A word a line, for its description; what is looked up has none. */
function argumentLines({ name, arguments: rows }: OfferedCommand): readonly string[] {
  return rows.flatMap((row, position) => {
    const here = `complete -c tunnelkit -n '__tunnelkit_in ${name} ${position}'`;
    if (row.lookUp) return [`${here} ${place(row)}`];
    return row.words.map(([word, does]) => `${here} -f -a ${word} -d ${quoted(does)}`);
  });
}

const valued = (commands: readonly OfferedCommand[]) =>
  commands.flatMap(({ name, options }) =>
    options.flatMap(({ flag, takes }) => (takes ? [quoted(`${name} ${flag}`)] : [])),
  );

export const fishScript = ({
  first,
  commands,
}: Offered): string => `# fish completion of tunnelkit, made by \`tunnelkit completion fish\`.

# Succeeds when the command so far is $argv[1] and, where $argv[2] is given, so many arguments stand behind it.
function __tunnelkit_in
    set -l command ${first.name}
    set -l position 0
    set -l value no
    for word in (commandline -opc)[2..]
        if test $value = yes
            set value no
        else if string match -qr -- '^-.' $word
            contains -- "$command $word" ${valued([first, ...commands]).join(' ')}
            and set value yes
        else if test $command = ${first.name}
            set command $word
        else
            set position (math $position + 1)
        end
    end
    test "$command" = $argv[1]
    and begin
        not set -q argv[2]
        or test $position = $argv[2]
    end
end

# Succeeds when the option is on the line already; not when its value is being typed.
function __tunnelkit_given
    set -l words (commandline -opc)
    string match -q -- "$argv[1]" $words[..-2]
    or string match -q -- "$argv[1]=*" $words
end

complete -c tunnelkit -e
complete -c tunnelkit -f
${[first, ...commands].flatMap((command) => [...argumentLines(command), ...optionLines(command)]).join('\n')}
`;
