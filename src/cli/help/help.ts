// Help as text for a terminal of so many columns (undefined: no terminal): of a command, of a topic, or of all.
import type { CommandRow } from '../commands/row.ts';
import { commandHelp } from './command-help.ts';
import { helpWidth, wrap } from './layout.ts';
import { beginning, overview } from './overview.ts';
import { type Topic, topicHelp } from './topics.ts';

export function help(of: CommandRow | Topic | undefined, columns: number | undefined): string {
  const width = helpWidth(columns);
  if (of === undefined) return overview(width);
  return 'terms' in of ? topicHelp(of, width) : commandHelp(of, width);
}

/** For whoever typed no command. */
export function firstSteps(columns: number | undefined): string {
  const width = helpWidth(columns);
  return [...beginning(width), wrap('All commands and options: `tunnelkit --help`', width)].join('\n\n');
}
