// Starts the real program as its user would, and real servers beside it. Everything lives in one temporary folder and ends with it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freeRange as freePorts } from '../bench/ports.ts';

export { freePort } from '../bench/ports.ts';

export const ROOT = join(import.meta.dirname, '../../..');
const LAUNCHER = join(ROOT, 'bin/tunnelkit');
export const EXECUTABLE = join(ROOT, 'dist/tunnelkit');
/** What all tests start: the launcher, or what `make test-dist` says. */
export const PROGRAM = process.env.TUNNELKIT_PROGRAM ? resolve(ROOT, process.env.TUNNELKIT_PROGRAM) : LAUNCHER;

export interface Event {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** A running program: its output so far, and promises for what comes. */
export class Running {
  readonly child: ChildProcess;
  readonly exit: Promise<number>;
  stdout = '';
  stderr = '';
  readonly name: string;
  #woken: (() => void)[] = [];

  constructor(name: string, child: ChildProcess) {
    this.name = name;
    this.child = child;
    const wake = () => {
      const woken = this.#woken;
      this.#woken = [];
      for (const resolve of woken) resolve();
    };
    child.stdout?.on('data', (data) => {
      this.stdout += data;
      wake();
    });
    child.stderr?.on('data', (data) => {
      this.stderr += data;
      wake();
    });
    this.exit = once(child, 'close').then(([code, signal]) => {
      wake();
      return code ?? (signal === 'SIGKILL' ? 137 : 128);
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  get events(): Event[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Event] : []));
  }

  /** Resolves with the first value that `look` finds; rejects when the program ends before, with what it said. */
  async until<T>(what: string, look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(
          `${this.name} ended (${this.child.exitCode ?? this.child.signalCode}) before ${what}\n${this.stdout}\n${this.stderr}`,
        );
      }
      await new Promise<void>((resolve) => this.#woken.push(resolve));
    }
  }

  event(type: string, nth = 0): Promise<Event> {
    return this.until(`the event "${type}"`, () => this.events.filter((event) => event.type === type)[nth]);
  }

  line(pattern: RegExp): Promise<RegExpExecArray> {
    return this.until(
      `a line like ${pattern}`,
      () => pattern.exec(this.stderr) ?? pattern.exec(this.stdout) ?? undefined,
    );
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    return this.exit;
  }
}

/** What a program says of an exception that nobody caught, or a rejection that nobody handled. */
const DEFECT = /^.*TK-9001.*$/m;

/** One test's world: a home of its own, programs started in it, all ended with it. */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'tunnelkit-'));
  readonly env: Record<string, string>;
  readonly program: string;
  readonly #running: Running[] = [];
  readonly #mayBeDefect: boolean;

  /** `mayBeDefect`: the test plants some. Everywhere else one defect of a program, however it lives on, fails the test that closes the world. */
  constructor(program = PROGRAM, { mayBeDefect = false } = {}) {
    this.program = program;
    this.#mayBeDefect = mayBeDefect;
    this.env = {
      PATH: process.env.PATH ?? '',
      HOME: this.folder,
      XDG_DATA_HOME: this.path('data'),
      XDG_CONFIG_HOME: this.path('config'),
    };
  }

  /** A folder or file in this world. */
  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  makeFolder(...parts: string[]): string {
    const folder = this.path(...parts);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  start(name: string, command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
    const child = spawn(command, args, {
      cwd: this.folder,
      env: { ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const running = new Running(name, child);
    this.#running.push(running);
    return running;
  }

  tunnelkit(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
    // The executable takes no NODE_OPTIONS: what looks inside a process looks into the launcher's.
    const program = env.NODE_OPTIONS === undefined ? this.program : LAUNCHER;
    return this.start(`tunnelkit ${args[0]}`, program, args, env);
  }

  /** A gateway on free loopback ports; resolves when it is ready. */
  async serve(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Gateway> {
    const listen = ['--http', '127.0.0.1:0', '--https', '127.0.0.1:0', '--admin', '127.0.0.1:0'].filter(
      (value, index, all) => {
        const flag = index % 2 === 0 ? value : all[index - 1]!;
        return !args.includes(flag);
      },
    );
    const ports = args.includes('--tcp-ports') ? [] : ['--tcp-ports', await freeRange(8)];
    const running = this.tunnelkit(['serve', '--json', ...listen, ...ports, ...args], env);
    const ready = await running.event('ready');
    return { running, ready: ready as Gateway['ready'] };
  }

  /** An exposure through the gateway of this world; resolves with its public URL. */
  async expose(
    target: string,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Exposed> {
    const running = this.tunnelkit(['expose', target, '--json', ...args], env);
    const ready = await running.event('ready');
    return { running, url: new URL(String(ready.url)) };
  }

  async close(): Promise<void> {
    await Promise.all(this.#running.map((running) => running.stop('SIGKILL')));
    rmSync(this.folder, { recursive: true, force: true });
    const defects = this.#running.flatMap(({ name, stderr }) =>
      name.startsWith('tunnelkit') ? (DEFECT.exec(stderr) ?? []) : [],
    );
    if (defects.length > 0 && !this.#mayBeDefect) throw new Error(`a defect:\n${defects.join('\n')}`);
  }
}

export interface Gateway {
  readonly running: Running;
  readonly ready: Event & {
    readonly http: string;
    readonly https: string;
    readonly admin: string;
    readonly join: string;
  };
}

export interface Exposed {
  readonly running: Running;
  readonly url: URL;
}

/** A range of `count` TCP ports that nobody listened on a moment ago, as `--tcp-ports` takes it. */
export async function freeRange(count: number): Promise<string> {
  const ports = await freePorts(count);
  return `${ports[0]}-${ports.at(-1)}`;
}
