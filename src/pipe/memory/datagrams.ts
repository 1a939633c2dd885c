// UDP inside the process: whole datagrams, each on its own way and so perhaps out of order, in virtual time.
import type { PipeCause } from '../../contract/pipe.ts';
import type { DatagramCall, DatagramSocket, HostPort } from '../../contract/reactor.ts';
import type { Traffic } from './wire.ts';

const LOOPBACK = '127.0.0.1';

/** Every UDP socket of one reactor, by port: one process is one host. */
export class DatagramNetwork {
  readonly #traffic: Traffic;
  readonly #sockets = new Map<number, MemoryDatagrams>();
  #lastPort = 50_000;

  constructor(traffic: Traffic) {
    this.#traffic = traffic;
  }

  bind({ host, port }: HostPort): Promise<DatagramSocket> {
    const at = port === 0 ? ++this.#lastPort : port;
    if (!this.#sockets.has(at)) return Promise.resolve(this.#make(host, at));
    return Promise.reject(Object.assign(new Error(`bind EADDRINUSE: ${at}`), { code: 'EADDRINUSE' }));
  }

  call(to: HostPort): DatagramCall {
    return new MemoryCall(this.#make(LOOPBACK, ++this.#lastPort), to);
  }

  carry(bytes: Buffer, from: number, to: number): void {
    const { clock, random, faults, underWay } = this.#traffic;
    const copy = Buffer.from(bytes);
    underWay(1);
    clock.after(random.between(0, faults.delayMsMax), () => {
      underWay(-1);
      this.#sockets.get(to)?.onMessage?.(copy, { host: LOOPBACK, port: from });
    });
  }

  #make(host: string, port: number): MemoryDatagrams {
    const socket = new MemoryDatagrams(this, { host, port }, () => this.#sockets.delete(port));
    this.#sockets.set(port, socket);
    return socket;
  }
}

class MemoryDatagrams implements DatagramSocket {
  readonly address: HostPort;
  onMessage: DatagramSocket['onMessage'] = undefined;
  onDrop: (() => void) | undefined = undefined;
  readonly #network: DatagramNetwork;
  readonly #leave: () => void;
  #open = true;

  constructor(network: DatagramNetwork, address: HostPort, leave: () => void) {
    this.#network = network;
    this.address = address;
    this.#leave = leave;
  }

  send(bytes: Buffer, { port }: HostPort): void {
    if (this.#open) this.#network.carry(bytes, this.address.port, port);
  }

  close(): void {
    if (this.#open) this.#leave();
    this.#open = false;
  }
}

class MemoryCall implements DatagramCall {
  onMessage: DatagramCall['onMessage'] = undefined;
  onDrop: (() => void) | undefined = undefined;
  onBreak: ((cause: PipeCause) => void) | undefined = undefined;
  readonly #socket: DatagramSocket;
  readonly #to: HostPort;

  constructor(socket: DatagramSocket, to: HostPort) {
    this.#socket = socket;
    this.#to = to;
    socket.onMessage = (bytes, { port }) => port === to.port && this.onMessage?.(bytes);
  }

  send(bytes: Buffer): void {
    this.#socket.send(bytes, this.#to);
  }

  close(): void {
    this.#socket.close();
  }
}
