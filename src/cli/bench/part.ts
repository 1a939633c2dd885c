// A process of this run: the program itself, started as a child. Keeps what it said last, for the reason if it fails.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { startSelf } from '../self.ts';

/** Of what was said, kept for a reason. */
const TAIL_CHARACTERS = 2_000;
/** Between SIGTERM and SIGKILL. */
const GRACE_MS = 3_000;
/** For the first word of a process that is starting. */
const START_MS = 20_000;

/** Where the run's processes find home, data and configuration: nothing of the user's. */
export interface Place {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Aborted when the run is over: nothing more is started then. */
  readonly over: AbortSignal;
}

export class Part {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #tail = '';

  constructor(name: string, args: readonly string[], { folder, env, over }: Place) {
    over.throwIfAborted();
    this.#name = name;
    this.#child = startSelf(args, { cwd: folder, env });
    this.#child.stderr!.on('data', (data) => {
      this.#tail = (this.#tail + data).slice(-TAIL_CHARACTERS);
    });
    this.#ended = Promise.race([once(this.#child, 'exit'), once(this.#child, 'error')]);
    this.#ended.catch(() => {});
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  send(message: object): void {
    this.#child.send(message);
  }

  /** The next message. Rejects when the process ends before, or after `withinMs`. */
  message(withinMs = START_MS): Promise<unknown> {
    return this.#orEnd(
      once(this.#child, 'message').then(([message]) => message),
      withinMs,
    );
  }

  /** The first line on stdout. */
  line(): Promise<string> {
    const lines = createInterface({ input: this.#child.stdout! });
    return this.#orEnd(
      once(lines, 'line').then(([line]) => String(line)),
      START_MS,
    );
  }

  /** `work`, unless the process ends before, or it takes longer than `withinMs`. */
  async orEnd<T>(work: Promise<T>): Promise<T> {
    return this.#orEnd(work, START_MS);
  }

  async #orEnd<T>(work: Promise<T>, withinMs: number): Promise<T> {
    const late = new AbortController();
    const ended = this.#ended.then(() => {
      throw new Error(`${this.#name} ended (${this.#child.exitCode ?? this.#child.signalCode}): ${this.#tail.trim()}`);
    });
    const timeout = pause(withinMs, undefined, { signal: late.signal }).then(() => {
      throw new Error(`${this.#name} said nothing in ${withinMs / 1000} s: ${this.#tail.trim()}`);
    });
    for (const loser of [work, ended, timeout]) loser.catch(() => {});
    return Promise.race([work, ended, timeout]).finally(() => late.abort());
  }

  /** Ends it: asked first, then not asked. */
  async stop(): Promise<void> {
    if (!this.running) return;
    this.#child.kill('SIGTERM');
    const forced = setTimeout(() => this.#child.kill('SIGKILL'), GRACE_MS);
    await this.#ended.catch(() => {});
    clearTimeout(forced);
  }
}
