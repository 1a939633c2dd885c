// What there is to complete, out of the command table, in the form all shells need. Knows no shell.
import { ERRORS } from '../../contract/errors.ts';
import { GLOBAL_OPTIONS } from '../commands/options.ts';
import type { ArgumentRow, CommandRow, Offers, OptionRow } from '../commands/row.ts';
import { COMMANDS } from '../commands.ts';
import { TOPICS } from '../help/topics.ts';
import { globalOptionsOf, spelledName } from '../usage.ts';

type Word = readonly [word: string, does: string];

/** What may stand at one place: fixed words, or something the shell finds out itself; neither: anything. */
export interface Offer {
  readonly words: readonly Word[];
  readonly lookUp?: 'file' | 'directory' | 'gateway';
  /** What the help calls it. */
  readonly called: string;
}

export interface OfferedOption {
  /** With its hyphens. */
  readonly flag: string;
  readonly does: string;
  /** What stands behind it; absent: nothing. */
  readonly takes?: Offer;
  /** It may be given several times. */
  readonly often: boolean;
}

export interface OfferedCommand {
  readonly name: string;
  readonly does: string;
  readonly options: readonly OfferedOption[];
  /** By position. */
  readonly arguments: readonly Offer[];
}

export interface Offered {
  /** What may stand where no command is named yet. */
  readonly first: OfferedCommand;
  /** Those that are built. */
  readonly commands: readonly OfferedCommand[];
}

const built = <T extends { readonly later?: true }>(rows: readonly T[]): readonly T[] =>
  rows.filter(({ later }) => !later);

const commandWords = (): readonly Word[] => built(COMMANDS).map(({ name, summary }) => [name, summary]);

function offerOf(called: string, offers: Offers | undefined, words: readonly Word[]): Offer {
  switch (offers) {
    case undefined:
      return { called, words };
    case 'code':
      return { called, words: Object.entries(ERRORS).map(([code, { what }]) => [code, what]) };
    case 'command':
      return { called, words: [...commandWords(), ...TOPICS.map(({ name, summary }): Word => [name, summary])] };
    default:
      return { called, words, lookUp: offers };
  }
}

function optionOf(row: OptionRow): OfferedOption {
  const option = { flag: `--${spelledName(row)}`, does: row.summary, often: row.type === 'list' };
  if (row.type === 'boolean') return option;
  const words = (row.choices ?? []).map((word): Word => [word, '']);
  return { ...option, takes: offerOf(row.value!, row.offers, words) };
}

function argumentOf(name: string, { offers, choices = [] }: ArgumentRow = {}): Offer {
  const words = choices.map(([word, does]): Word => [word, does]);
  return offerOf(name.toUpperCase(), offers, words);
}

const HELP: OfferedOption = { flag: '--help', does: 'show its options, with examples', often: false };
const VERSION: OfferedOption = { flag: '--version', does: 'print the version', often: false };

function commandOf(command: CommandRow): OfferedCommand {
  const names = [...command.positionals.matchAll(/[<[](\w+)/g)].map(([, name]) => name!);
  return {
    name: command.name,
    does: command.summary,
    options: [...built([...command.options, ...globalOptionsOf(command)]).map(optionOf), HELP],
    arguments: names.map((name) => argumentOf(name, command.arguments?.[name])),
  };
}

export const offered = (): Offered => ({
  first: {
    name: 'tunnelkit',
    does: '',
    options: [...GLOBAL_OPTIONS.map(optionOf), HELP, VERSION],
    arguments: [{ words: commandWords(), called: 'COMMAND' }],
  },
  commands: built(COMMANDS).map(commandOf),
});
