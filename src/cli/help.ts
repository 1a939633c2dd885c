// The command table as the text of `--help`.
import { GLOBAL_OPTIONS } from './commands/options.ts';
import type { CommandRow, OptionRow } from './commands/row.ts';
import { COMMANDS } from './commands.ts';

/** Columns of the left side: the longest command fits. */
const LEFT = 27;

const rows = (pairs: readonly (readonly [string, string])[]) =>
  pairs.map(([left, right]) => `  ${left.padEnd(LEFT)} ${right}`).join('\n');

const unbuilt = (row: { readonly summary: string; readonly later?: true }) =>
  row.later ? `${row.summary} (not built yet)` : row.summary;

function optionLine(row: OptionRow): readonly [string, string] {
  const often = row.type === 'list' ? '; may be given several times' : '';
  const choices = row.choices && row.choices.length > 1 ? `: ${row.choices.join(', ')}` : '';
  const fallback = row.default === undefined ? '' : `; default ${row.default}`;
  return [`--${row.name} ${row.value ?? ''}`.trimEnd(), `${unbuilt(row)}${often}${fallback}${choices}`];
}

/** What stands behind the command's name: `TARGET`, or what the row says. */
export function usageOf({ usage, positionals }: CommandRow): string {
  return usage ?? positionals.replaceAll(/[<>]|\.\./g, '').toUpperCase();
}

const EVERYWHERE = `Options of every command:
${rows([...GLOBAL_OPTIONS.map(optionLine), ['--help', 'this text'], ['--version', 'the version']])}`;

function overview(): string {
  const commands = COMMANDS.map((row) => [`${row.name} ${usageOf(row)}`.trimEnd(), unbuilt(row)] as const);
  return `tunnelkit COMMAND [options]

Puts what runs here safely on the internet, through a gateway of your own.

Commands:
${rows(commands)}

${EVERYWHERE}

\`tunnelkit COMMAND --help\` says more.`;
}

/** Of one command, or of all. */
export function help(command: CommandRow | undefined): string {
  if (!command) return overview();
  const { name, summary, options, more } = command;
  const heading = `tunnelkit ${name} ${usageOf(command)}`.trimEnd();
  const own = options.length === 0 ? [] : [`Options:\n${rows(options.map(optionLine))}`];
  const about = [unbuilt({ ...command, summary }), ...(more === undefined ? [] : [more])].join('\n');
  return [`${heading}${options.length === 0 ? '' : ' [options]'}`, about, ...own, EVERYWHERE].join('\n\n');
}
