// A visitor of bare bytes: sends what a driver wants sent, and reads the answer's status, code and end.
import { connect, type Socket } from 'node:net';
import type { ErrorCode } from '../../contract/errors.ts';

export interface Answer {
  readonly status: number;
  /** Of the gateway's own page, from its Proxy-Status field. */
  readonly code: ErrorCode | undefined;
}

export class Visitor {
  readonly socket: Socket;
  heard = '';
  /** Settles when the connection is over, however. */
  readonly over: Promise<void>;
  #over = false;
  #wake = () => {};

  constructor(port: number, localAddress = '127.0.0.1') {
    this.socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true });
    this.socket.on('data', (bytes) => {
      this.heard += bytes.toString('latin1');
      this.#wake();
    });
    this.socket.on('error', () => {});
    const { promise, resolve } = Promise.withResolvers<void>();
    this.over = promise;
    this.socket.on('close', () => {
      this.#over = true;
      resolve();
      this.#wake();
    });
  }

  send(text: string | Buffer): this {
    this.socket.write(text);
    return this;
  }

  /** The final answer's head, the nth one (1xx do not count); throws if the connection ends before. */
  async answer(nth = 0): Promise<Answer> {
    for (;;) {
      const heads = [...this.heard.matchAll(/HTTP\/1\.1 ([2-5]\d\d)[\s\S]*?\r\n\r\n/g)];
      const head = heads[nth];
      if (head !== undefined) {
        const code = /details="(TK-\d{4})"/.exec(head[0])?.[1] as ErrorCode | undefined;
        return { status: Number(head[1]), code };
      }
      if (this.#over) throw new Error(`the connection ended before an answer: ${JSON.stringify(this.heard)}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  cut(): void {
    this.socket.destroy();
  }
}

export const GET = 'GET / HTTP/1.1\r\nHost: web.localhost\r\n\r\n';

/** The head of a chunked POST. */
export const CHUNKED = 'POST / HTTP/1.1\r\nHost: web.localhost\r\nTransfer-Encoding: chunked\r\n\r\n';
