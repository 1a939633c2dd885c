// What the program says: results on stdout, everything else on stderr.
import { ERRORS, TunnelError } from '../contract/errors.ts';
import { Redactor } from '../observe/redactor.ts';
import { visible } from '../observe/visible.ts';
import { fitted } from './fitted.ts';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

export interface Output {
  readonly isTTY?: boolean | undefined;
  /** How wide the terminal is; undefined where there is none. */
  readonly columns?: number | undefined;
  write(text: string): unknown;
  /** Writes what was gathered. */
  flush?(): void;
}

/** What is drawn on the terminal while it lasts: all that is said meanwhile goes through it. */
export interface Surface {
  line(text: string): void;
  /** `write` writes to stdout, which may be the same terminal. */
  result(write: () => void): void;
}

export interface Manner {
  /** stdout is for programs. */
  readonly json: boolean;
  /** Only errors are said. */
  readonly quiet: boolean;
  /** The least that is said; without one, `info`. */
  readonly level?: Level | undefined;
  /** stderr is for programs as well: one JSON object a line. */
  readonly records?: boolean | undefined;
}

export interface Said {
  readonly level?: Level;
  /** Time of day, for people: it stands before the words. */
  readonly time?: string;
  /** It holds a secret on purpose. */
  readonly isSecret?: boolean;
}

/** Whatever looks like a secret is taken out of all that is said, but for results in words: they are what was asked for. */
const forms = new Redactor();
const withoutSecrets = (_: string, value: unknown) => (typeof value === 'string' ? forms.clean(value) : value);

/** stdout is the result and nothing else: one line, or with `json` one event a line. */
export class Talk {
  readonly json: boolean;
  readonly #stdout: Output;
  readonly #stderr: Output;
  readonly #least: number;
  readonly #records: boolean;
  #surface: Surface | undefined;

  constructor(stdout: Output, stderr: Output, { json, quiet, level = 'info', records = false }: Manner) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.json = json;
    this.#least = LEVELS.indexOf(quiet ? 'error' : level);
    this.#records = records;
  }

  /** From now on words find their place around what `surface` draws; with nothing, they are just written again. */
  through(surface: Surface | undefined): void {
    this.#stderr.flush?.();
    this.#surface = surface;
  }

  /** A line of the result for people; nothing with `--json`. */
  result(line: string): void {
    if (this.json) return;
    if (this.#surface === undefined) return void this.#stdout.write(`${line}\n`);
    this.#surface.result(() => {
      this.#stdout.write(`${line}\n`);
      this.#stdout.flush?.();
    });
  }

  /** An event for programs; nothing without `--json`. */
  event(type: string, fields: Readonly<Record<string, unknown>>, { isSecret = false }: Said = {}): void {
    if (!this.json) return;
    this.#stdout.write(`${JSON.stringify({ v: 1, type, ...fields }, isSecret ? undefined : withoutSecrets)}\n`);
  }

  /** Whether what is said at this level reaches anybody. */
  hears(level: Level): boolean {
    return LEVELS.indexOf(level) >= this.#least;
  }

  /** A line of talk, harmless already. On a terminal it is broken between words. */
  say(words: string, { level = 'info', time = '', isSecret = false }: Said = {}): void {
    if (!this.hears(level)) return;
    const line = isSecret ? words : forms.clean(words);
    if (this.#records) return this.#record(level, { msg: line });
    const lines = fitted(time === '' ? line : `${time} ${line}`, this.#stderr.columns);
    if (this.#surface === undefined) this.#stderr.write(`${lines}\n`);
    else for (const each of lines.split('\n')) this.#surface.line(each);
  }

  /** The three parts of an error, with its code: what happened, what was seen, what to do. */
  fail({ code, ...error }: TunnelError): void {
    const { what } = ERRORS[code];
    const [seen, todo] = [forms.clean(error.seen), forms.clean(error.todo)];
    this.event('error', { code, what, seen, todo });
    if (this.#records) return this.#record('error', { code, msg: what, seen: visible(seen), todo });
    // A gateway or an origin may have said it: lines are kept, nothing in them acts on a terminal.
    const shown = seen ? `\n  seen: ${seen.split('\n').map(visible).join('\n')}` : '';
    this.#stderr.write(`${fitted(`tunnelkit: ${code} ${what}${shown}\n  to do: ${todo}`, this.#stderr.columns)}\n`);
  }

  #record(level: Level, fields: Readonly<Record<string, unknown>>): void {
    this.#stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, ...fields })}\n`);
  }
}

/** The exit status an error ends the program with: its row's, else 1. */
export function exitOf(error: TunnelError): number {
  return ERRORS[error.code].exit ?? 1;
}

/** Whatever was thrown, as an error with a code: anything unforeseen is a defect, TK-9001. */
export function asTunnelError(thrown: unknown): TunnelError {
  if (thrown instanceof TunnelError) return thrown;
  const seen = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return new TunnelError('TK-9001', seen, { cause: thrown });
}
