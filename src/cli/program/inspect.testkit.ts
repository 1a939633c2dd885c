// Looks into a running process through Node's inspector: what it holds after a full collection.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { HEAP, type Watched } from '../../faults/leak-gate.ts';
import type { Running } from './program.testkit.ts';

/** Environment that makes a program open its inspector on a free loopback port. */
export const INSPECTED = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

export class Inspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #id = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#hear(JSON.parse(String(data))));
  }

  static async attach(running: Running): Promise<Inspector> {
    const [, url] = await running.line(/Debugger listening on (ws:\S+)/);
    const socket = new WebSocket(url!);
    await once(socket, 'open');
    return new Inspector(socket);
  }

  /** Bytes of heap and of external memory after two collections. */
  async held(): Promise<number> {
    await this.#call('HeapProfiler.collectGarbage', {});
    await this.#call('HeapProfiler.collectGarbage', {});
    return this.#value('(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())');
  }

  /** For a leak gate: sockets, timers and whatever else keeps the process alive, by their kinds, and its heap. */
  async holdings(): Promise<Readonly<Record<string, number>>> {
    const kinds = await this.#value<string[]>('process.getActiveResourcesInfo()');
    const counts = Object.groupBy(kinds, (kind) => kind);
    const active = Object.entries(counts).map(([kind, all]) => [kind, all!.length] as const);
    return { ...Object.fromEntries(active), [HEAP]: Math.round((await this.held()) / 1_048_576) };
  }

  close(): void {
    this.#socket.terminate();
  }

  async #value<T>(expression: string): Promise<T> {
    const asked = { expression, returnByValue: true };
    return (await this.#call<{ result: { value: T } }>('Runtime.evaluate', asked)).result.value;
  }

  #call<T>(method: string, params: object): Promise<T> {
    this.#id += 1;
    this.#socket.send(JSON.stringify({ id: this.#id, method, params }));
    return new Promise((resolve) => this.#waiting.set(this.#id, resolve as (result: unknown) => void));
  }

  #hear(message: { readonly id?: number; readonly result: unknown }): void {
    if (message.id === undefined) return;
    this.#waiting.get(message.id)?.(message.result);
    this.#waiting.delete(message.id);
  }
}

/** A process that was started with `INSPECTED`, for a leak gate. */
export async function watched(name: string, running: Running, adminSocket?: string): Promise<Watched> {
  const inspector = await Inspector.attach(running);
  const inside = () => inspector.holdings();
  return { name, pid: running.pid, inside, ...(adminSocket !== undefined && { adminSocket }) };
}
