// The worlds of the kernel: TCP, Unix sockets and TLS on the node reactor.
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { limitValues } from '../../contract/limits.ts';
import { END, type Pipe } from '../../contract/pipe.ts';
import type { Address, DialOptions, ListenOptions, Reactor } from '../../contract/reactor.ts';
import { fixtureCertificate } from '../fixture.testkit.ts';
import { type Ground, type PipeWorld, turns, untilInTurns } from '../world.testkit.ts';
import { makeNodeReactor } from './reactor.ts';

const LOOPBACK: Address = { host: '127.0.0.1', port: 0 };

/** What the process holds: sockets, listeners, timers. */
function resources(): string {
  return process.getActiveResourcesInfo().filter(isOurs).sort().join(' ');
}

/** The test runner's own channels and timers come and go. */
function isOurs(kind: string): boolean {
  return /TCP|Pipe|TLS|GetAddrInfo/.test(kind);
}

export const tcpWorld: PipeWorld = {
  name: 'node TCP',
  resets: 'reset',
  cutReads: END,
  heldBytesMax: 16 * 2 ** 20,
  bulkBytes: 10 * 2 ** 20,
  open: () => openNode(() => LOOPBACK, {}, { timeoutMs: 5_000 }),
};

/** A Unix socket knows no RST, and Node shows an end of TLS without close_notify as a clean one. */
export const unixWorld: PipeWorld = {
  ...tcpWorld,
  name: 'node Unix',
  resets: 'end',
  open: () => openNode((folder) => ({ path: join(folder, 'socket') }), {}, { timeoutMs: 5_000 }),
};

export const tlsWorld: PipeWorld = {
  ...tcpWorld,
  name: 'node TLS',
  open: () => {
    const certificate = fixtureCertificate('localhost');
    const tls = { serverName: 'localhost', alpn: [], verify: 'system', authorities: [certificate.cert] } as const;
    return openNode(() => LOOPBACK, { tls: { certificate: () => certificate, alpn: [] } }, { tls, timeoutMs: 5_000 });
  },
};

/** Pairs up what is dialled with what arrives; dials follow one another, so the next arrival is the right one. */
class Doors {
  readonly reactor: Reactor;
  readonly address: Address;
  readonly arrived: Pipe[];
  readonly #dialOptions: DialOptions;

  constructor(reactor: Reactor, address: Address, arrived: Pipe[], dialOptions: DialOptions) {
    this.reactor = reactor;
    this.address = address;
    this.arrived = arrived;
    this.#dialOptions = dialOptions;
  }

  async through(to: Address): Promise<readonly [Pipe, Pipe]> {
    const count = this.arrived.length;
    const near = this.reactor.dial(to, this.#dialOptions);
    await untilInTurns(() => this.arrived.length > count);
    // The near end stands when it takes bytes: with TLS a moment after the far one.
    let stands = false;
    near.owner = {
      readable: () => {},
      writable: () => {
        stands = true;
        near.want(false, false);
      },
    };
    near.want(false, true);
    await untilInTurns(() => stands || near.cause !== undefined);
    near.owner = undefined;
    return [near, this.arrived.at(-1) as Pipe];
  }
}

async function openNode(
  at: (folder: string) => Address,
  listenOptions: ListenOptions,
  dialOptions: DialOptions,
): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'pipe-'));
  const before = resources();
  const defects: unknown[] = [];
  const defect = (error: unknown) => void defects.push(error);
  const reactor = makeNodeReactor(limitValues({ pipeCloseMs: 300 }), { defect, probeMs: 100 });
  const arrived: Pipe[] = [];
  const listener = await reactor.listen(at(folder), listenOptions, ({ pipe }) => arrived.push(pipe));
  const doors = new Doors(reactor, listener.address, arrived, dialOptions);
  const relay = await Relay.to(listener.address);
  const dialled: Pipe[] = [];
  const pair = async (to: Address): Promise<readonly [Pipe, Pipe]> => {
    const ends = await doors.through(to);
    dialled.push(ends[0]);
    return ends;
  };
  return {
    pair: () => pair(listener.address),
    cuttable: async () => {
      const [, pipe] = await pair(relay.address);
      return { pipe, cut: () => relay.cut() };
    },
    until: untilInTurns,
    // A whole new connection has passed through the kernel meanwhile.
    rest: async () => {
      for (const pipe of await pair(listener.address)) pipe.reset();
      await turns(20);
    },
    defects,
    close: async () => {
      expect(defects).toEqual([]);
      for (const pipe of [...dialled, ...arrived]) pipe.reset();
      await listener.close();
      await relay.close();
      await rm(folder, { recursive: true });
      await untilInTurns(() => resources() === before).catch(() => expect(resources()).toBe(before));
    },
  };
}

/** Bytes pass; `cut` ends the newest connection towards the listener with a bare FIN. */
class Relay {
  readonly #server: Server;
  readonly #sockets: Socket[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async to(target: Address): Promise<Relay> {
    const server = createServer({ allowHalfOpen: true });
    const relay = new Relay(server);
    server.on('connection', (socket) => relay.#pass(socket, target));
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', resolve);
    await promise;
    return relay;
  }

  get address(): Address {
    const bound = this.#server.address();
    if (bound === null || typeof bound === 'string') throw new Error('the relay is closed');
    return { host: bound.address, port: bound.port };
  }

  cut(): void {
    this.#sockets.at(-1)?.end();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((closed) => this.#server.close(closed));
  }

  #pass(visitor: Socket, target: Address): void {
    const onward = connect({ ...('path' in target ? { path: target.path } : target), allowHalfOpen: true });
    this.#sockets.push(visitor, onward);
    visitor.on('data', (chunk) => onward.write(chunk)).on('error', () => onward.destroy());
    onward.on('data', (chunk) => visitor.write(chunk)).on('error', () => visitor.destroy());
  }
}
