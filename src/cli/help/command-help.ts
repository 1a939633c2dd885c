// `tunnelkit COMMAND --help`: one command, from its row.
import { EXITS } from '../commands/exits.ts';
import type { CommandRow } from '../commands/row.ts';
import { described, globalOptionsOf, optionGroups, spelled, spelledName, synopsisOf } from '../usage.ts';
import { explanationsAt, paragraphs, section, type Term, termList, wrap } from './layout.ts';

/** Capital first and a full stop, as a sentence has them. */
const sentence = (text: string) => `${text[0]!.toUpperCase()}${text.slice(1)}.`;

function argumentSections({ arguments: rows = {} }: CommandRow, width: number): readonly string[] {
  return Object.entries(rows).flatMap(([name, { choices = [] }]) => {
    const terms = choices.map(([word, does, takes]): Term => [takes ? `${word} ${takes}` : word, does]);
    return section(name.toUpperCase(), termList(terms, width));
  });
}

function optionSections(command: CommandRow, width: number): readonly string[] {
  const groups = [...optionGroups(command)].map(
    ([heading, rows]) => [heading, rows.map((row): Term => [spelled(row), described(row)])] as const,
  );
  const at = explanationsAt(groups.flatMap(([, terms]) => terms));
  const coming = command.options.filter(({ later }) => later).map((row) => `--${row.name}`);
  return [
    ...groups.flatMap(([heading, terms]) => section(heading, termList(terms, width, at))),
    ...(coming.length === 0 ? [] : [wrap(`Not built yet: ${coming.join(', ')}.`, width)]),
  ];
}

/** `A directory:`, but `Is it slow?`. */
export const titled = (does: string): string => (does.endsWith('?') ? does : `${does}:`);

/** What it does, and under it the line to type; the line is never broken, so that it can be copied. */
function exampleSection({ examples = [] }: CommandRow, width: number): readonly string[] {
  const shown = examples.map(([line, does]) => `${wrap(titled(does), width, 2)}\n    ${line}`);
  return section('Examples', shown.join('\n'));
}

function endSections(command: CommandRow, width: number): readonly string[] {
  const own = (command.exits ?? []).filter((status) => status > 2);
  const statuses = own.map((status): Term => [String(status), EXITS.get(status)!]);
  const everywhere = globalOptionsOf(command).map((row) => `--${spelledName(row)}`);
  const end = `Every command takes ${everywhere.join(', ')} too: see \`tunnelkit --help\`. An error has a code, and
\`tunnelkit explain CODE\` says what to do.`;
  return [...section('Exit status, beside 0, 1 and 2', termList(statuses, width)), wrap(end, width)];
}

export function commandHelp(command: CommandRow, width: number): string {
  const { summary, more, later } = command;
  return [
    ...section('Usage', wrap(synopsisOf(command), width, 2)),
    wrap(`${sentence(summary)}${later ? ' It is not built yet.' : ''}`, width),
    ...(more === undefined ? [] : [paragraphs(more, width)]),
    ...argumentSections(command, width),
    ...optionSections(command, width),
    ...exampleSection(command, width),
    ...endSections(command, width),
  ].join('\n\n');
}
