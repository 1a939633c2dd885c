import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { Relayed } from './relayed.ts';
import { SOCKET_OPTIONS } from './socket.ts';
import type { Stretch } from './stretch.ts';

/**
 * A stretch of network under the test's control, between whoever connects to `port` and `to`. It passes everything on unchanged,
 * FIN as FIN and RST as RST, until a connection of it is afflicted (`Relayed.inflict`).
 */
export class Relay implements Stretch {
  readonly transport = 'tcp';
  readonly port: number;
  readonly relayed = new Set<Relayed>();
  /** Of all connections so far. */
  bytes = 0;
  readonly #server: Server;
  #waiting: ((relayed: Relayed) => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** `host`: where it listens, and where `to` is. */
  static async listen(to: () => number, host = '127.0.0.1'): Promise<Relay> {
    const server = createServer({ ...SOCKET_OPTIONS });
    server.listen(0, host);
    await once(server, 'listening');
    const relay = new Relay(server);
    server.on('connection', (near) => {
      const far = connect({ host, port: to(), ...SOCKET_OPTIONS });
      const relayed: Relayed = new Relayed(near, far, () => relay.#came(relayed));
      relay.relayed.add(relayed);
      void relayed.closed.then(() => {
        relay.bytes += relayed.up.passed + relayed.down.passed;
        relay.relayed.delete(relayed);
      });
    });
    return relay;
  }

  /** When bytes passed last on any connection. */
  get cameAt(): number {
    return Math.max(...[...this.relayed].map(({ cameAt }) => cameAt));
  }

  get open(): readonly string[] {
    return [...this.relayed].map(String);
  }

  /** Resolves with the next connection on which bytes come, right then, if no fault is on it yet. */
  busy(): Promise<Relayed> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Resets what is open, and listens no more. */
  async close(): Promise<void> {
    this.#server.close();
    for (const relayed of this.relayed) relayed.reset();
    await once(this.#server, 'close');
  }

  #came(relayed: Relayed): void {
    if (this.#waiting.length === 0 || relayed.afflicted) return;
    this.#waiting.shift()!(relayed);
  }
}
