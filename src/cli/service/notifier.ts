// Tells systemd how the service stands: the words of sd_notify(3), and the watchdog's pings as long as the event loop turns.
import { spawn } from 'node:child_process';
import type { Environment } from '../command.ts';
import { openDatagrams, type SendDatagram } from './datagram.ts';
import type { Supervisor } from './supervisor.ts';

/** How often the status line is looked at. */
const STATUS_MS = 5_000;

export interface Notifying {
  readonly send: SendDatagram;
  /** Undefined: nobody waits for pings. */
  readonly watchdogMs: number | undefined;
  /** CLOCK_MONOTONIC. */
  readonly nowUsec: () => bigint;
  readonly every: (ms: number, run: () => void) => void;
}

/** What is owed goes out together, in one datagram; what was not taken is owed on. */
export class Notifier implements Supervisor {
  readonly #parts: Notifying;
  readonly #describe: () => string;
  readonly #owed = new Map<string, string>();
  #state: 'starting' | 'ready' | 'stopping' = 'starting';
  #status = '';

  constructor(parts: Notifying, describe: () => string) {
    this.#parts = parts;
    this.#describe = describe;
    const { every, watchdogMs } = parts;
    every(Math.min(STATUS_MS, (watchdogMs ?? Number.POSITIVE_INFINITY) / 2), () => this.#beat());
  }

  ready(): void {
    if (this.#state !== 'starting') return;
    this.#state = 'ready';
    this.#owed.set('READY', '1');
    this.#beat();
  }

  reloading(): void {
    if (this.#state !== 'ready') return;
    this.#state = 'starting';
    this.#owed.set('RELOADING', '1').set('MONOTONIC_USEC', String(this.#parts.nowUsec()));
    this.#send([]);
  }

  stopping(): void {
    this.#state = 'stopping';
    this.#owed.set('STOPPING', '1');
    this.#beat();
  }

  /** The watchdog is told by this very turn that turns go on. */
  #beat(): void {
    const status = this.#describe().replaceAll(/\s+/g, ' ');
    if (status !== this.#status) this.#owed.set('STATUS', status);
    this.#status = status;
    this.#send(this.#parts.watchdogMs === undefined ? [] : ['WATCHDOG=1']);
  }

  #send(more: readonly string[]): void {
    const lines = [...[...this.#owed].map((pair) => pair.join('=')), ...more];
    if (lines.length > 0 && this.#parts.send(Buffer.from(lines.join('\n')))) this.#owed.clear();
  }
}

/** systemd's own program says the same, a process for each datagram. */
const sendByProgram: SendDatagram = (message) => {
  spawn('systemd-notify', message.toString().split('\n'), { stdio: 'ignore' }).on('error', () => {});
  return true;
};

/** As the manager said in the environment. Pings are for the process it named, if it named one. */
function watchdogMs({ WATCHDOG_USEC, WATCHDOG_PID }: Environment): number | undefined {
  if (WATCHDOG_USEC === undefined || !/^[1-9]\d*$/.test(WATCHDOG_USEC)) return undefined;
  return WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid ? Number(WATCHDOG_USEC) / 1_000 : undefined;
}

export const notifying = (env: Environment, socket: string): Notifying => ({
  send: openDatagrams(socket) ?? sendByProgram,
  watchdogMs: watchdogMs(env),
  nowUsec: () => process.hrtime.bigint() / 1_000n,
  every: (ms, run) => setInterval(run, ms).unref(),
});
