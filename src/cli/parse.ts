// argv → a command and its options, by the command table. Every mistake is a TK-5005, which exits 2.
import { TunnelError } from '../contract/errors.ts';
import { GLOBAL_OPTIONS } from './commands/options.ts';
import type { CommandRow, OptionRow } from './commands/row.ts';
import { COMMANDS } from './commands.ts';
import { TOPICS, type Topic } from './help/topics.ts';
import { mistake } from './mistakes.ts';
import { globalOptionsOf } from './usage.ts';

export type Options = Readonly<Record<string, unknown>>;

/** `help` is of one command, of a topic, or of all; `text` is what else is to be printed instead of running one. */
export type Parsed =
  | { readonly kind: 'command'; readonly command: CommandRow; readonly options: Options }
  | { readonly kind: 'help'; readonly of: CommandRow | Topic | undefined }
  | { readonly kind: 'text'; readonly text: string };

function yargsOption(row: OptionRow) {
  return {
    requiresArg: row.type !== 'boolean',
    ...(row.type === 'list' ? { type: 'string' as const, array: true } : { type: row.type }),
    ...(row.choices ? { choices: [...row.choices, ...(row.laterChoices ?? [])] } : {}),
  };
}

/** `typed`: the command that the line names. Its own `--json FILE` stands in place of the one of every command. */
async function parserOf(typed: CommandRow | undefined, onCommand: (command: CommandRow, options: Options) => void) {
  // Late: neither `--version` nor `--help` needs it.
  const { default: yargs } = await import('yargs');
  const everywhere = typed === undefined ? GLOBAL_OPTIONS : globalOptionsOf(typed);
  const parser = yargs()
    .scriptName('tunnelkit')
    .parserConfiguration({ 'camel-case-expansion': false, 'greedy-arrays': false, 'dot-notation': false })
    .options(Object.fromEntries(everywhere.map((row) => [row.name, { ...yargsOption(row), global: true }])))
    .version(false)
    .help(false)
    .demandCommand(1, 'Name a command.')
    .strict()
    .exitProcess(false);
  for (const command of COMMANDS) {
    parser.command(
      `${command.name} ${command.positionals}`.trimEnd(),
      command.summary,
      (builder) => {
        for (const name of positionalsOf(command)) builder.positional(name, { type: 'string' });
        return builder.options(Object.fromEntries(command.options.map((row) => [row.name, yargsOption(row)])));
      },
      (options) => onCommand(command, options),
    );
  }
  return parser;
}

const positionalsOf = ({ positionals }: CommandRow) => [...positionals.matchAll(/[<[](\w+)/g)].map(([, name]) => name!);

/** The parser makes an empty text of a positional `-`, which stands for stdin. */
function withDash(command: CommandRow, options: Options, args: readonly string[]): Options {
  const emptied = positionalsOf(command).filter((name) => options[name] === '' && args.includes('-'));
  return { ...options, ...Object.fromEntries(emptied.map((name) => [name, '-'])) };
}

function refuseRepeated(command: CommandRow, options: Options): void {
  const repeated = [...globalOptionsOf(command), ...command.options].find(
    (row) => row.type !== 'list' && Array.isArray(options[row.name]),
  );
  if (repeated) throw new TunnelError('TK-5005', `--${repeated.name} is given twice.`);
}

/** The parser makes NaN of what is no number, and takes an empty text for a value. */
function refuseEmpty(command: CommandRow, options: Options): void {
  for (const { name, type } of [...globalOptionsOf(command), ...command.options]) {
    const value = options[name];
    if (type === 'number' && value !== undefined && !((value as number) >= 0))
      throw new TunnelError('TK-5005', `--${name} takes a number, 0 or more.`);
    if (value === '') throw new TunnelError('TK-5005', `--${name} needs a value.`);
  }
  for (const name of positionalsOf(command))
    if (options[name] === '') throw new TunnelError('TK-5005', `${name.toUpperCase()} is empty.`);
}

function refuseUnbuilt(command: CommandRow, options: Options): void {
  if (command.later) throw new TunnelError('TK-5005', `\`tunnelkit ${command.name}\` is not built yet.`);
  const used = command.options.find((row) => row.later && options[row.name] !== undefined);
  if (used) throw new TunnelError('TK-5005', `--${used.name} is not built yet.`);
  const chosen = command.options.find((row) => row.laterChoices?.includes(String(options[row.name])));
  if (chosen) throw new TunnelError('TK-5005', `--${chosen.name} ${options[chosen.name]} is not built yet.`);
}

/** What stands before `--`. */
function ownArgs(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end < 0 ? args : args.slice(0, end);
}

/** `--help`, or the command `help`: of which command, if they name one. Throws TK-5005 when there is no such command. */
function helpAsked(args: readonly string[]): Parsed | undefined {
  const own = ownArgs(args);
  const [first, ...words] = own.filter((arg) => !arg.startsWith('-'));
  if (first !== 'help' && !own.includes('--help') && !own.includes('-h')) return undefined;
  const [asked] = first === 'help' ? words : [first];
  const of = [...COMMANDS, ...(first === 'help' ? TOPICS : [])].find(({ name }) => name === asked);
  if (asked !== undefined && !of) throw new TunnelError('TK-5005', mistake('', [asked], undefined));
  return { kind: 'help', of };
}

/** Throws TunnelError TK-5005 for anything that is not in the table. */
export async function parse(args: readonly string[], version: string): Promise<Parsed> {
  const asked = helpAsked(args);
  if (asked) return asked;
  if (ownArgs(args).includes('--version')) return { kind: 'text', text: version };
  const first = args.find((arg) => !arg.startsWith('-'));
  const typed = COMMANDS.find(({ name }) => name === first);
  let found: { command: CommandRow; options: Options } | undefined;
  let failure: string | undefined;
  const parser = await parserOf(typed, (command, options) => {
    found = { command, options };
  });
  parser.fail((message, error) => {
    failure ??= message ?? error?.message ?? 'unknown';
  });
  // Handed a callback, the parser prints nothing by itself.
  await parser.parseAsync([...args], {}, () => {});
  if (failure !== undefined)
    throw new TunnelError('TK-5005', mistake(failure.replaceAll(/\s*\n\s*/g, ' '), args, typed));
  if (!found) throw new TunnelError('TK-5005', 'Name a command.');
  const { command } = found;
  const options = withDash(command, found.options, args);
  refuseRepeated(command, options);
  refuseEmpty(command, options);
  refuseUnbuilt(command, options);
  return { kind: 'command', command, options };
}
