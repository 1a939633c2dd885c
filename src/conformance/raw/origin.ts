// An origin that no server would be: it hands every connection out as bytes, and answers nothing by itself.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { Wire } from './wire.ts';

export interface Identity {
  readonly cert: string;
  readonly key: string;
}

export class RawOrigin {
  /** Called with every connection as it comes. */
  welcome: (wire: Wire) => void = () => {};
  /** The connections since the last `clear`, in the order in which they came. */
  wires: Wire[] = [];
  readonly port: number;
  readonly #server: Server;
  #woken: (() => void)[] = [];

  private constructor(server: Server, identity: Identity | undefined) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    const context = identity && createSecureContext({ ...identity });
    server.on('connection', (socket) => this.#arrived(context ? secured(socket, context) : socket));
  }

  /** Listens at a free port of loopback; with an identity it speaks TLS. */
  static async listen(identity?: Identity): Promise<RawOrigin> {
    const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RawOrigin(server, identity);
  }

  /** The `nth` connection, or undefined if it does not come in time. */
  async take(nth: number, patienceMs: number): Promise<Wire | undefined> {
    const giveUpAt = performance.now() + patienceMs;
    for (let left = patienceMs; this.wires.length <= nth && left > 0; left = giveUpAt - performance.now())
      await this.#arrival(left);
    return this.wires[nth];
  }

  /** Waits until so many have connected and gone, as programs do that look whether an origin is there; then it counts anew. */
  async looked(times: number, patienceMs: number): Promise<void> {
    for (let nth = 0; nth < times; nth += 1) {
      const wire = await this.take(nth, patienceMs);
      if (wire === undefined) throw new Error(`${nth} of ${times} have looked whether the origin is there`);
      await wire.ends(patienceMs);
    }
    await this.clear(patienceMs);
  }

  /** Ends what is open and waits until the other side has let go of it too, so that nobody sends another request on it. */
  async clear(patienceMs: number): Promise<void> {
    const open = this.wires;
    this.wires = [];
    this.welcome = () => {};
    const gone = open.map(async (wire) => {
      wire.keeping = false;
      wire.resume();
      wire.fin();
      await wire.ends(patienceMs);
      wire.socket.destroy();
    });
    await Promise.all(gone);
  }

  close(): void {
    for (const wire of this.wires) wire.socket.destroy();
    this.#server.close();
  }

  #arrived(socket: Socket): void {
    const wire = new Wire(socket);
    this.wires.push(wire);
    this.welcome(wire);
    const woken = this.#woken;
    this.#woken = [];
    for (const wake of woken) wake();
  }

  #arrival(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#woken.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

const beneath = new WeakMap<Socket, Socket>();

function secured(socket: Socket, secureContext: ReturnType<typeof createSecureContext>): Socket {
  const tls = new TLSSocket(socket, { isServer: true, secureContext });
  // A TLSSocket answers a FIN with one of its own unless told not to; there is no option for it here.
  tls.allowHalfOpen = true;
  socket.on('error', () => {});
  beneath.set(tls, socket);
  return tls;
}

/** Ends a TLS connection as an attacker in the path would: FIN of TCP, and no close_notify. */
export function finWithoutNotify(wire: Wire): void {
  beneath.get(wire.socket)?.end();
}
