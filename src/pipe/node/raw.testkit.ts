// A plain socket of Node against a pipe of the reactor: what really stands on the wire.
import { connect, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import type { Introduction } from '../../contract/introduction.ts';
import { type LimitName, type Limits, limitValues } from '../../contract/limits.ts';
import type { Pipe } from '../../contract/pipe.ts';
import type { Address, Arrival, Listener, ListenTls, Reactor } from '../../contract/reactor.ts';
import { VirtualClock } from '../memory/clock.ts';
import { makeNodeReactor } from './reactor.ts';

const LOOPBACK: Address = { host: '127.0.0.1', port: 0 };

/** What a socket saw. */
export interface Seen {
  readonly socket: Socket;
  readonly chunks: Buffer[];
  ended: boolean;
  closed: boolean;
  error: string | undefined;
}

export function watch(socket: Socket): Seen {
  const seen: Seen = { socket, chunks: [], ended: false, closed: false, error: undefined };
  socket.on('data', (chunk: Buffer) => seen.chunks.push(chunk));
  socket.on('end', () => {
    seen.ended = true;
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    seen.error = error.code ?? error.message;
  });
  socket.on('close', () => {
    seen.closed = true;
  });
  return seen;
}

export function textOf({ chunks }: Seen): string {
  return Buffer.concat(chunks).toString('latin1');
}

/** A listener on a free port, everything that arrived, and time that the test moves. All of it is freed after the test. */
export class RawWorld {
  readonly clock = new VirtualClock();
  readonly reactor: Reactor;
  readonly arrivals: Arrival[] = [];
  readonly pipes: Pipe[] = [];
  /** What owners and callbacks threw. */
  readonly defects: unknown[] = [];
  readonly #sockets: Socket[] = [];
  readonly #listeners: Listener[] = [];

  constructor(changes: Partial<Limits> = {}, bound: (limit: LimitName) => void = () => {}) {
    const defect = (error: unknown) => void this.defects.push(error);
    this.reactor = makeNodeReactor(limitValues(changes), { clock: this.clock, bound, defect });
    afterEach(() => this.#free());
  }

  async listen(tls?: ListenTls, at: Address = LOOPBACK, introduction?: Introduction): Promise<number> {
    const listener = await this.reactor.listen(at, { tls, introduction }, (arrival) => this.arrivals.push(arrival));
    this.#listeners.push(listener);
    return 'port' in listener.address ? listener.address.port : 0;
  }

  /** A bare connection to the port. */
  connect(port: number): Seen {
    return this.hold(connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true }));
  }

  hold(socket: Socket): Seen {
    this.#sockets.push(socket);
    return watch(socket);
  }

  async #free(): Promise<void> {
    for (const socket of this.#sockets.splice(0)) socket.destroy();
    for (const pipe of this.pipes.splice(0)) pipe.reset();
    for (const { pipe } of this.arrivals.splice(0)) pipe.reset();
    for (const listener of this.#listeners.splice(0)) await listener.close();
  }
}
