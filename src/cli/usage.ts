// How commands and options are written when they are talked of: in help, in messages, in the manual.
import { GLOBAL_OPTIONS } from './commands/options.ts';
import type { CommandRow, OptionRow } from './commands/row.ts';

/** What stands behind the command's name: `TARGET`, or what the row says. */
export function usageOf({ usage, positionals }: CommandRow): string {
  return usage ?? positionals.replaceAll(/[<>]/g, '').replaceAll('..', '…').toUpperCase();
}

/** `tunnelkit expose TARGET [options]`. */
export const synopsisOf = (command: CommandRow): string =>
  `tunnelkit ${command.name} ${usageOf(command)}`.trimEnd() + (command.options.length === 0 ? '' : ' [options]');

/** What is on unless it is turned off is written as it is turned off. */
export const spelledName = ({ name }: OptionRow): string => (name === 'color' ? 'no-color' : name);

/** `--name N`. */
export const spelled = (row: OptionRow): string => `--${spelledName(row)} ${row.value ?? ''}`.trimEnd();

/** Everything there is to say of an option: its summary, its choices, its default, whether it may be repeated. */
export function described({ summary, choices, type, default: fallback }: OptionRow): string {
  const some = choices && choices.length > 1 ? `: ${choices.join(', ')}` : '';
  const often = type === 'list' ? '; may be given several times' : '';
  return `${summary}${some}${often}${fallback === undefined ? '' : ` (default ${fallback})`}`;
}

/** Options of every command, but for those that the command has under the same name. */
export const globalOptionsOf = (command: CommandRow): readonly OptionRow[] =>
  GLOBAL_OPTIONS.filter(({ name }) => command.options.every((own) => own.name !== name));

/** Options by their headings, in the order of the table; without those that are not built. */
export function optionGroups(command: CommandRow): ReadonlyMap<string, readonly OptionRow[]> {
  return Map.groupBy(
    command.options.filter(({ later }) => !later),
    ({ group }) => group ?? 'Options',
  );
}
