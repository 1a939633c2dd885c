// The one place that decides what may be shown and heard: from the streams, the environment and the flags. Draws nothing itself.
import { isatty } from 'node:tty';
import type { Environment } from './command.ts';
import type { Options } from './parse.ts';

/** None, the 16 colours of every terminal, 256, 16 million. */
export type ColourLevel = 0 | 1 | 2 | 3;

export interface Terminal {
  /** stderr may be redrawn in place: a header, a spinner. Otherwise it takes whole lines only. */
  readonly live: boolean;
  /** A person reads stderr on a terminal, live or not. */
  readonly person: boolean;
  /** stdout is a terminal too, so that what it says must find its place among what is drawn. */
  readonly resultShown: boolean;
  /** Single keys can be read from stdin. Where this is false stdin is not touched. */
  readonly keys: boolean;
  /** Of stderr. */
  readonly colour: ColourLevel;
  /** Of stdout. */
  readonly resultColour: ColourLevel;
}

export interface Streams {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

/** Which of the three are terminals; asking does not open them. */
export const standardStreams = (): Streams => ({ stdin: isatty(0), stdout: isatty(1), stderr: isatty(2) });

const given = (value: string | undefined): value is string => value !== undefined && value !== '';

/**
 * A flag is stronger than FORCE_COLOR (https://force-color.org: not empty; 0 to 3, `true`: 1), that than NO_COLOR (https://no-color.org: not empty), and that than
 * what the terminal says of itself.
 */
function colourLevel(env: Environment, options: Options, isTerminal: boolean): ColourLevel {
  if (options.color === false) return 0;
  const forced = env.FORCE_COLOR;
  if (given(forced)) return forced === 'false' ? 0 : ((/^[0-3]$/.test(forced) ? Number(forced) : 1) as ColourLevel);
  if (options.color !== true && (given(env.NO_COLOR) || !isTerminal || env.TERM === 'dumb')) return 0;
  if (env.COLORTERM === 'truecolor' || env.COLORTERM === '24bit') return 3;
  return /256/.test(env.TERM ?? '') ? 2 : 1;
}

/** What is a terminal but cannot move its cursor (`TERM=dumb`), or is a machine's (`CI`), gets lines like a pipe. */
export function terminalOf(env: Environment, options: Options, streams: Streams): Terminal {
  const { stdin, stdout, stderr } = streams;
  const person = stderr && options.quiet !== true;
  const ci = given(env.CI) && env.CI !== 'false' && env.CI !== '0';
  const lines = options.json === true || (options['log-format'] ?? 'auto') !== 'auto';
  const live = person && !lines && env.TERM !== 'dumb' && !ci;
  return {
    live,
    person,
    resultShown: stdout,
    keys: live && stdin,
    colour: colourLevel(env, options, stderr),
    resultColour: colourLevel(env, options, stdout),
  };
}
