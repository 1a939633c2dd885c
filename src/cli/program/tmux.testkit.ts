// A real terminal: tmux with a shell in it, on a socket of its own. What is on the screen is asked again and again until it is as expected.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { World } from './program.testkit.ts';

const run = promisify(execFile);
/** Between two looks at the screen. */
const LOOK_MS = 40;
const PATIENCE_MS = 20_000;

const PROMPT = 'READY$ ';

export interface Screenful {
  /** What is shown, without empty lines at the end. */
  readonly text: string;
  readonly lines: readonly string[];
}

let opened = 0;

export class Tmux {
  readonly #socket: string;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(socket: string, env: Readonly<Record<string, string>>) {
    this.#socket = socket;
    this.#env = env;
  }

  /** A shell in `world`'s folder, with its environment and `env` (an empty text: as if it were not set). */
  static async open(
    world: World,
    columns: number,
    rows: number,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Tmux> {
    const all = { ...world.env, LANG: 'C.UTF-8', TERM: 'xterm-256color', PS1: PROMPT, ...env };
    const tmux = new Tmux(world.path(`tmux-${opened++}`), all);
    // The terminal's own settings come first: tmux reads no file, and hands clipboards on.
    await tmux.#do(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-x',
      `${columns}`,
      '-y',
      `${rows}`,
      '-c',
      world.folder,
      'cat',
    );
    await tmux.#do('set-option', '-s', 'set-clipboard', 'on');
    const variables = Object.entries(all).map(([name, value]) => `${name}=${value}`);
    await tmux.#do('respawn-pane', '-k', 'env', '-i', ...variables, 'bash', '--norc', '--noprofile');
    await tmux.until(({ text }) => text.endsWith(PROMPT.trimEnd()));
    return tmux;
  }

  /** Types a command line and Enter. */
  async type(line: string): Promise<void> {
    await this.#do('send-keys', '-l', line);
    await this.keys('Enter');
  }

  /** Presses keys by tmux's names: `q`, `C-c`, `Escape`. */
  async keys(...names: readonly string[]): Promise<void> {
    await this.#do('send-keys', ...names);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#do('resize-window', '-x', `${columns}`, '-y', `${rows}`);
  }

  async screen(...flags: readonly string[]): Promise<Screenful> {
    const text = (await this.#do('capture-pane', '-p', ...flags)).trimEnd();
    return { text, lines: text.split('\n') };
  }

  /** With what the terminal wrapped as one line again. */
  unwrapped(): Promise<Screenful> {
    return this.screen('-J');
  }

  /** With the sequences of colours and styles. */
  painted(): Promise<Screenful> {
    return this.screen('-e');
  }

  /** From now on everything that is sent to the terminal goes to this file as well. */
  async record(file: string): Promise<void> {
    await this.#do('pipe-pane', `cat > '${file}'`);
  }

  /** Of the terminal's clipboard. */
  async clipboard(): Promise<string> {
    return this.#do('show-buffer');
  }

  /** The first screen that is as expected; rejects with the last one that was not. */
  async until(expected: RegExp | ((screen: Screenful) => boolean)): Promise<Screenful> {
    const isThere = typeof expected === 'function' ? expected : ({ text }: Screenful) => expected.test(text);
    for (const since = performance.now(); ; ) {
      const screen = await this.screen();
      if (isThere(screen)) return screen;
      if (performance.now() - since > PATIENCE_MS) throw new Error(`never came ${expected}:\n${screen.text}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** The shell has the terminal again. */
  prompt(): Promise<Screenful> {
    return this.until(({ text }) => text.endsWith(PROMPT.trimEnd()));
  }

  async close(): Promise<void> {
    await this.#do('kill-server').catch(() => {});
  }

  async #do(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('tmux', ['-u', '-S', this.#socket, ...args], { env: this.#env });
    return stdout;
  }
}
