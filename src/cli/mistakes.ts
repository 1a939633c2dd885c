// What the parser says of a wrong command line, in words that name the mistake as it was typed.
import { ERRORS, TunnelError } from '../contract/errors.ts';
import { GLOBAL_OPTIONS } from './commands/options.ts';
import type { CommandRow } from './commands/row.ts';
import { COMMANDS } from './commands.ts';
import { nearest } from './config/nearest.ts';
import { usageOf } from './usage.ts';

const meant = (word: string | undefined) => (word === undefined ? '' : ` Did you mean ${word}?`);

function unknownCommand(word: string): string {
  const guess = nearest(
    word,
    COMMANDS.map(({ name }) => name),
  );
  return `There is no command "${word}".${meant(guess)}`;
}

function unknownArgument(word: string, args: readonly string[], command: CommandRow): string {
  const typed = args.find((arg) => /^--?/.test(arg) && arg.replace(/^--?/, '').split('=')[0] === word);
  if (typed === undefined) return `"${word}" is one argument too many for \`tunnelkit ${command.name}\`.`;
  const known = [...GLOBAL_OPTIONS, ...command.options].map(({ name }) => name);
  const guess = nearest(word, known);
  return `${typed.split('=')[0]} is no option of \`tunnelkit ${command.name}\`.${meant(guess && `--${guess}`)}`;
}

/** `said`: the parser's own message. `command`: the one that was typed, if there is such a command. */
export function mistake(said: string, args: readonly string[], command: CommandRow | undefined): string {
  if (!command) {
    const word = args.find((arg) => !arg.startsWith('-'));
    return word === undefined ? 'Name a command.' : unknownCommand(word);
  }
  const [, words] = /^Unknown arguments?: (.*)$/.exec(said) ?? [];
  if (words)
    return words
      .split(', ')
      .map((word) => unknownArgument(word, args, command))
      .join(' ');
  if (said.startsWith('Not enough non-option arguments'))
    return `\`tunnelkit ${command.name}\` needs more: ${usageOf(command)}.`;
  const [, option] = /^Not enough arguments following: (.*)$/.exec(said) ?? [];
  if (option) return `--${option} needs a value.`;
  const [, name, given] = /Argument: (\S+), Given: "(.*)", Choices: /.exec(said) ?? [];
  const { choices = [] } = [...GLOBAL_OPTIONS, ...command.options].find((row) => row.name === name) ?? {};
  return name ? `--${name} takes ${choices.join(', ')}, not "${given}".` : said;
}

/** A wrong command line whose error knows no better way out than the table: to the help of the command that was typed. */
export function explained(error: TunnelError, args: readonly string[]): TunnelError {
  if (error.code !== 'TK-5005' || error.todo !== ERRORS['TK-5005'].todo) return error;
  const word = args.find((arg) => !arg.startsWith('-'));
  const known = word !== 'help' && COMMANDS.some(({ name }) => name === word);
  const todo = `See \`tunnelkit ${known ? `${word} ` : ''}--help\`.`;
  return new TunnelError(error.code, error.seen, { todo, cause: error });
}
