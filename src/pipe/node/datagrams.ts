// UDP on Node's own sockets. What the kernel does not take soon is dropped and told; nothing here waits or repeats.
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import type { PipeCause } from '../../contract/pipe.ts';
import type { DatagramCall, DatagramSocket, HostPort } from '../../contract/reactor.ts';
import { plainHost } from './socket.ts';

/** What Node may hold that the kernel has not taken; a few of the largest. */
const UNSENT_BYTES = 524_288;
/** Datagrams that wait until the address of the other end is known. */
const EARLY = 64;

/** Rejects with the system's error, whose `code` is EADDRINUSE, EACCES, … */
export function datagrams(at: HostPort): Promise<DatagramSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<DatagramSocket>();
  const type = at.host.includes(':') ? 'udp6' : 'udp4';
  const socket = createSocket({ type });
  // Afterwards too: what the kernel says of one datagram that left is no reason to end.
  let bound = false;
  socket.on('error', (error) => {
    if (!bound) socket.close();
    reject(error);
  });
  socket.bind({ address: at.host, port: at.port }, () => {
    bound = true;
    resolve(new NodeDatagrams(socket, type));
  });
  return promise;
}

class NodeDatagrams implements DatagramSocket {
  readonly address: HostPort;
  onMessage: DatagramSocket['onMessage'] = undefined;
  onDrop: (() => void) | undefined = undefined;
  readonly #socket: Socket;
  readonly #mapped: boolean;
  #open = true;

  constructor(socket: Socket, type: 'udp4' | 'udp6') {
    this.#socket = socket;
    this.#mapped = type === 'udp6';
    const { address, port } = socket.address();
    this.address = { host: address, port };
    socket.on('message', (bytes, { address: host, port: from }) =>
      this.onMessage?.(bytes, { host: plainHost(host), port: from }),
    );
  }

  send(bytes: Buffer, { host, port }: HostPort): void {
    if (!this.#open) return;
    // A socket of both families writes IPv4 in the clothes of IPv6 (RFC 4291 §2.5.5.2).
    const to = this.#mapped && !host.includes(':') ? `::ffff:${host}` : host;
    if (this.#socket.getSendQueueSize() + bytes.length > UNSENT_BYTES) this.onDrop?.();
    else this.#socket.send(Buffer.from(bytes), port, to, (error) => error && this.onDrop?.());
  }

  close(): void {
    if (this.#open) this.#socket.close();
    this.#open = false;
  }
}

export function callDatagrams(to: HostPort): DatagramCall {
  return new NodeCall(to);
}

class NodeCall implements DatagramCall {
  onMessage: DatagramCall['onMessage'] = undefined;
  onDrop: (() => void) | undefined = undefined;
  onBreak: ((cause: PipeCause) => void) | undefined = undefined;
  #socket: Socket | undefined;
  #early: Buffer[] | undefined = [];
  #open = true;

  constructor({ host, port }: HostPort) {
    // Nothing says which of two addresses somebody listens at; what listens at `::` hears IPv4 too.
    lookup(host, { order: 'ipv4first' }, (error, address) => {
      if (!this.#open) return;
      if (error) this.onBreak?.('dns');
      else this.#connect(address, port);
    });
  }

  send(bytes: Buffer): void {
    if (!this.#open) return;
    if (this.#early === undefined) {
      this.#send(Buffer.from(bytes));
      return;
    }
    if (this.#early.push(Buffer.from(bytes)) <= EARLY) return;
    this.#early.shift();
    this.onDrop?.();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#early = undefined;
    this.#socket?.close();
  }

  #connect(address: string, port: number): void {
    const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4');
    this.#socket = socket;
    // Nobody listens there, perhaps not yet: the kernel says so of each datagram, and each is lost.
    socket.on('error', () => this.onDrop?.());
    socket.on('message', (bytes) => this.onMessage?.(bytes));
    socket.connect(port, address, (error?: Error) => {
      if (!this.#open) return;
      if (error) this.onBreak?.('unreachable');
      const early = this.#early ?? [];
      this.#early = undefined;
      for (const bytes of error ? [] : early) this.#send(bytes);
    });
  }

  #send(bytes: Buffer): void {
    const socket = this.#socket!;
    if (socket.getSendQueueSize() + bytes.length > UNSENT_BYTES) this.onDrop?.();
    else socket.send(bytes, (error) => error && this.onDrop?.());
  }
}
