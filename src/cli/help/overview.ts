// `tunnelkit --help`, and what `tunnelkit` alone shows of it.
import { GLOBAL_OPTIONS } from '../commands/options.ts';
import { COMMAND_GROUPS } from '../commands.ts';
import { described, spelled } from '../usage.ts';
import { explanationsAt, section, type Term, termList, wrap } from './layout.ts';
import { TOPICS } from './topics.ts';

const FIRST_STEPS: readonly Term[] = [
  ['tunnelkit serve', 'runs a gateway, on a machine the internet can reach (or here, to try it)'],
  ['tunnelkit login LINK', 'remembers it, with the link that `serve` printed (not needed on the same machine)'],
  ['tunnelkit expose 3000', 'publishes what listens on port 3000, and prints its URL'],
];

/** The first lines: what this is, and how one begins. */
export function beginning(width: number): readonly string[] {
  return [
    wrap('TunnelKit puts what runs here safely on the internet, through a gateway of your own.', width),
    ...section('Usage', '  tunnelkit COMMAND [options]'),
    ...section('First steps', termList(FIRST_STEPS, width)),
  ];
}

function commandSections(width: number): readonly string[] {
  const groups = COMMAND_GROUPS.map(({ heading, commands }) => ({
    heading,
    terms: commands.map(({ name, summary, later }): Term => [name, later ? `${summary} (not built yet)` : summary]),
  }));
  const at = explanationsAt(groups.flatMap(({ terms }) => terms));
  return groups.flatMap(({ heading, terms }) => section(heading, termList(terms, width, at)));
}

const OPTIONS: readonly Term[] = [
  ...GLOBAL_OPTIONS.map((row): Term => [spelled(row), described(row)]),
  ['--help, -h', 'this text, or that of the command'],
  ['--version', 'the version'],
];

const MORE: readonly Term[] = [
  ['tunnelkit COMMAND --help', 'the options of a command, with examples'],
  ['tunnelkit explain CODE', 'what an error means and what to do, such as TK-2001'],
  ...TOPICS.map(({ name, summary }): Term => [`tunnelkit help ${name}`, summary]),
];

export function overview(width: number): string {
  return [
    ...beginning(width),
    ...commandSections(width),
    ...section('Options of every command', termList(OPTIONS, width)),
    ...section('More help', termList(MORE, width)),
  ].join('\n\n');
}
