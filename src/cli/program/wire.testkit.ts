// One end of a real TCP connection, spoken byte by byte: visitors no client library would be, and origins no server would.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Running, World } from './program.testkit.ts';

/** How the other side ended: not yet, with FIN, or with RST. */
export type Ending = 'open' | 'fin' | 'rst';

export class Wire {
  readonly socket: Socket;
  ending: Ending = 'open';
  bytes = 0;
  #chunks: Buffer[] = [];
  #woken: (() => void)[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    const wake = () => {
      const woken = this.#woken;
      this.#woken = [];
      for (const resolve of woken) resolve();
    };
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.bytes += chunk.length;
      wake();
    });
    socket.on('end', () => {
      this.ending = 'fin';
      wake();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') this.ending = 'rst';
      wake();
    });
  }

  /** All that has come. */
  get received(): Buffer {
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }

  get text(): string {
    return this.received.toString('latin1');
  }

  /** Resolves when `good` holds; rejects, with what came, when the other side ends before. */
  async until(what: string, good: () => boolean): Promise<void> {
    while (!good()) {
      if (this.ending !== 'open')
        throw new Error(`${this.ending} before ${what}: ${JSON.stringify(this.text.slice(0, 2_000))}`);
      await new Promise<void>((resolve) => this.#woken.push(resolve));
    }
  }

  /** Resolves with all that has come as soon as it holds `text`. */
  async says(text: string): Promise<string> {
    await this.until(JSON.stringify(text), () => this.text.includes(text));
    return this.text;
  }

  /** Resolves with how the other side ends. */
  async ends(): Promise<Ending> {
    while (this.ending === 'open') await new Promise<void>((resolve) => this.#woken.push(resolve));
    return this.ending;
  }

  send(data: string | Buffer): void {
    this.socket.write(typeof data === 'string' ? Buffer.from(data, 'latin1') : data);
  }

  /** FIN, behind `data`. */
  finish(data?: string | Buffer): void {
    if (data === undefined) this.socket.end();
    else this.socket.end(typeof data === 'string' ? Buffer.from(data, 'latin1') : data);
  }

  reset(): void {
    this.socket.resetAndDestroy();
  }
}

export async function call(port: number | string): Promise<Wire> {
  const socket = connect({ host: '127.0.0.1', port: Number(port), allowHalfOpen: true });
  await once(socket, 'connect');
  return new Wire(socket);
}

/** An origin that does nothing by itself: the test takes its connections one by one. */
export class RawOrigin {
  readonly #server = createServer({ allowHalfOpen: true }, (socket) => this.#arrive(new Wire(socket)));
  readonly #all: Wire[] = [];
  readonly #taken: ((wire: Wire) => void)[] = [];
  #waiting: Wire[] = [];

  static async listen(): Promise<RawOrigin> {
    const origin = new RawOrigin();
    origin.#server.listen(0, '127.0.0.1');
    await once(origin.#server, 'listening');
    return origin;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** Connections so far. */
  get count(): number {
    return this.#all.length;
  }

  /** The next connection nobody has taken. */
  take(): Promise<Wire> {
    const there = this.#waiting.shift();
    if (there) return Promise.resolve(there);
    return new Promise((resolve) => this.#taken.push(resolve));
  }

  /** Listens, and is exposed through a new gateway of `world`; the connection by which the agent looked for it is gone. */
  static async exposed(
    world: World,
    target = (port: number) => String(port),
    options: readonly string[] = [],
  ): Promise<{ origin: RawOrigin; url: URL; gateway: Running; agent: Running }> {
    const origin = await RawOrigin.listen();
    const gateway = await world.serve();
    const { url, running } = await world.expose(target(origin.port), [...options]);
    await origin.take();
    return { origin, url, gateway: gateway.running, agent: running };
  }

  close(): void {
    this.#server.close();
    for (const { socket } of this.#all) socket.destroy();
  }

  #arrive(wire: Wire): void {
    this.#all.push(wire);
    const taker = this.#taken.shift();
    if (taker) taker(wire);
    else this.#waiting.push(wire);
  }
}
