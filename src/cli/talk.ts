// What the program says: results on stdout, everything else on stderr.
import { ERRORS, TunnelError } from '../contract/errors.ts';
import { visible } from '../observe/visible.ts';

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

/** stdout is the result and nothing else: one line, or with `json` one event a line. */
export class Talk {
  readonly json: boolean;
  readonly #stdout: Output;
  readonly #stderr: Output;
  readonly #quiet: boolean;
  #surface: Surface | undefined;

  constructor(stdout: Output, stderr: Output, options: { readonly json: boolean; readonly quiet: boolean }) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.json = options.json;
    this.#quiet = options.quiet;
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
  event(type: string, fields: Readonly<Record<string, unknown>>): void {
    if (this.json) this.#stdout.write(`${JSON.stringify({ v: 1, type, ...fields })}\n`);
  }

  /** A line of talk. */
  say(line: string): void {
    if (this.#quiet) return;
    if (this.#surface === undefined) this.#stderr.write(`${line}\n`);
    else this.#surface.line(line);
  }

  /** The three parts of an error, with its code: what happened, what was seen, what to do. */
  fail(error: TunnelError): void {
    const row = ERRORS[error.code];
    this.event('error', { code: error.code, what: row.what, seen: error.seen, todo: row.todo });
    // A gateway or an origin may have said it: lines are kept, nothing in them acts on a terminal.
    const seen = error.seen ? `\n  seen: ${error.seen.split('\n').map(visible).join('\n')}` : '';
    this.#stderr.write(`tunnelkit: ${error.code} ${row.what}${seen}\n  to do: ${row.todo}\n`);
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
