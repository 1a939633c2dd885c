// Help as text for a terminal of so many columns (undefined: no terminal): of a command, of a topic, or of all.
import type { CommandRow } from '../commands/row.ts';
import { commandHelp } from './command-help.ts';
import { helpWidth } from './layout.ts';
import { beginning, overview } from './overview.ts';
import { type Topic, topicHelp } from './topics.ts';

export function help(of: CommandRow | Topic | undefined, columns: number | undefined): string {
  const width = helpWidth(columns);
  if (of === undefined) return overview(width);
  return 'terms' in of ? topicHelp(of, width) : commandHelp(of, width);
}

/** For whoever typed no command. */
export const firstSteps = (columns: number | undefined): string => beginning(helpWidth(columns)).join('\n\n');
