// Looks into a running process through Node's inspector: what it holds after a full collection.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Running } from './program.testkit.ts';

/** Environment that makes a program open its inspector on a free loopback port. */
export const INSPECTED = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

export class Inspector {
  readonly #socket: WebSocket;
  #id = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
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
    const expression = '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())';
    const { result } = await this.#call<{ result: { value: number } }>('Runtime.evaluate', {
      expression,
      returnByValue: true,
    });
    return result.value;
  }

  close(): void {
    this.#socket.terminate();
  }

  async #call<T>(method: string, params: object): Promise<T> {
    this.#id += 1;
    const id = this.#id;
    this.#socket.send(JSON.stringify({ id, method, params }));
    for (;;) {
      const [data] = (await once(this.#socket, 'message')) as [Buffer];
      const message = JSON.parse(data.toString()) as { id?: number; result: T };
      if (message.id === id) return message.result;
    }
  }
}
