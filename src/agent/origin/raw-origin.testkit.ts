import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** An origin's end of one connection, which a script plays byte by byte. */
export class RawConnection {
  readonly socket: Socket;
  /** Everything that arrived and was not waited for yet. */
  received = '';

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => {
      this.received += bytes.toString('latin1');
    });
    socket.on('error', () => {});
  }

  /** Takes what arrived up to and including `mark`, once it has. Rejects if the connection ends before. */
  async until(mark: string): Promise<string> {
    for (;;) {
      const at = this.received.indexOf(mark);
      if (at >= 0) {
        const taken = this.received.slice(0, at + mark.length);
        this.received = this.received.slice(at + mark.length);
        return taken;
      }
      if (this.socket.readableEnded || this.socket.destroyed) throw new Error(`ended before ${JSON.stringify(mark)}`);
      await this.#next(['data', 'end', 'close']);
    }
  }

  /** The head of the next request. */
  head(): Promise<string> {
    return this.until('\r\n\r\n');
  }

  write(text: string): void {
    this.socket.write(text, 'latin1');
  }

  end(text = ''): void {
    this.socket.end(text, 'latin1');
  }

  abort(): void {
    this.socket.resetAndDestroy();
  }

  /** Resolves when nothing more comes: `end` for a FIN, `cut` for a reset. */
  async over(): Promise<'end' | 'cut'> {
    if (!this.socket.closed && !this.socket.readableEnded) {
      await this.#next(['end', 'close']);
    }
    return this.socket.readableEnded ? 'end' : 'cut';
  }

  /** Resolves with the first of these events, and listens for none of them afterwards. */
  #next(names: readonly string[]): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const name of names) this.socket.once(name, resolve);
    return promise.finally(() => {
      for (const name of names) this.socket.off(name, resolve);
    });
  }
}

export interface RawOrigin {
  readonly port: number;
  readonly connections: RawConnection[];
}

/** Listens on loopback until the test is over and plays `script` on each connection, the first being number 0. */
export async function rawOrigin(
  script: (connection: RawConnection, number: number) => Promise<unknown> | unknown,
): Promise<RawOrigin> {
  const connections: RawConnection[] = [];
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const connection = new RawConnection(socket);
    connections.push(connection);
    // A script that waits for what never comes ends with its connection.
    Promise.resolve(script(connection, connections.length - 1)).catch(() => socket.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    for (const { socket } of connections) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections };
}
