// The manual page of a command, from its row.
import { type ENVIRONMENT, variablesOf } from '../commands/environment.ts';
import { EXITS } from '../commands/exits.ts';
import { type FileRow, filesOf } from '../commands/files.ts';
import type { CommandRow, OptionRow } from '../commands/row.ts';
import { titled } from '../help/command-help.ts';
import { described, globalOptionsOf, optionGroups, spelledName, usageOf } from '../usage.ts';
import { copied, page, paragraphs, prose, references, replaced, section, subsection, termList, typed } from './roff.ts';

export const sentence = (text: string) => `${text[0]!.toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;

export function optionTerms(rows: readonly OptionRow[]) {
  return rows.map((row): readonly [string, string] => {
    const name = typed(`--${spelledName(row)}`);
    return [row.value === undefined ? name : `${name} ${replaced(row.value)}`, sentence(described(row))];
  });
}

export const variableTerms = (rows: typeof ENVIRONMENT) =>
  rows.map(({ name, summary }) => [typed(name), sentence(summary)] as const);

export const fileTerms = (rows: readonly FileRow[]) => rows.map(({ path, summary }) => [typed(path), summary] as const);

export const exitTerms = (statuses: readonly number[]) =>
  statuses.map((status) => [typed(String(status)), sentence(EXITS.get(status)!)] as const);

/** Words in capitals are to be replaced, all others to be typed. */
const usage = (command: CommandRow) =>
  usageOf(command).replaceAll(/[A-Z]+…?|[a-z]+/g, (word) => (/^[A-Z]/.test(word) ? replaced(word) : typed(word)));

const synopsis = (command: CommandRow) =>
  [typed(`tunnelkit ${command.name}`), usage(command), ...(command.options.length > 0 ? ['[\\fIoptions\\fR]'] : [])]
    .filter(Boolean)
    .join(' ');

function actionSections({ arguments: rows = {} }: CommandRow): readonly string[] {
  return Object.entries(rows).flatMap(([name, { choices = [] }]) => {
    if (choices.length === 0) return [];
    const terms = choices.map(([word, does, takes]): readonly [string, string] => [
      takes ? `${typed(word)} ${replaced(takes)}` : typed(word),
      sentence(does),
    ]);
    return [subsection(name[0]!.toUpperCase() + name.slice(1), termList(terms))];
  });
}

function options(command: CommandRow): readonly string[] {
  const groups = [...optionGroups(command)].map(([heading, rows]) => {
    const terms = termList(optionTerms(rows));
    return heading === 'Options' ? terms : subsection(heading, terms);
  });
  const coming = command.options.filter(({ later }) => later).map(({ name }) => `--${name}`);
  return section(
    'Options',
    ...groups,
    subsection('Of every command', termList(optionTerms(globalOptionsOf(command)))),
    ...(coming.length > 0 ? [paragraphs(`Planned, and refused until they are built: ${coming.join(', ')}.`)] : []),
  );
}

const examples = ({ examples: rows = [] }: CommandRow) =>
  section('Examples', ...rows.flatMap(([line, does]) => ['.PP', prose(titled(does)), copied(line)]));

export function commandPage(command: CommandRow, version: string): string {
  const { name, summary, more = '' } = command;
  const about = [`${sentence(summary)}${command.later ? ' It is not built yet.' : ''}`, ...(more ? [more] : [])];
  const files = filesOf(name);
  const others: readonly (readonly [string, number])[] = files.some(({ path }) => path.includes('tunnelkit.yaml'))
    ? [
        ['tunnelkit', 1],
        ['tunnelkit', 5],
      ]
    : [['tunnelkit', 1]];
  return page({ name: `tunnelkit-${name}`, chapter: 1, version, summary }, [
    section('Synopsis', synopsis(command)),
    section('Description', paragraphs(about.join('\n\n')), ...actionSections(command)),
    options(command),
    section('Environment', termList(variableTerms(variablesOf(name)))),
    files.length > 0 ? section('Files', termList(fileTerms(files))) : [],
    section(
      'Exit status',
      termList(exitTerms([...new Set([0, 1, 2, ...(command.exits ?? [])])].toSorted((a, b) => a - b))),
    ),
    examples(command),
    section('See also', references(others)),
  ]);
}
