// Incoming connections: TCP and Unix sockets, and TLS over them, handed in once their handshake is done.
import { createServer, type ListenOptions as NodeListenOptions, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { ALPN_ANPX } from '../../contract/link.ts';
import type { Pipe } from '../../contract/pipe.ts';
import type { Address, Arrival, Listener, ListenOptions, ListenTls } from '../../contract/reactor.ts';
import { ServerContexts } from './certificates.ts';
import { NodePipe } from './pipe.ts';
import { TlsFacts } from './secure.ts';
import { adopt, sharedRead } from './shared-read.ts';
import { boundAddress, plainHost, SOCKET_OPTIONS } from './socket.ts';
import type { Turn } from './turn.ts';

/** The kernel bounds it by `net.core.somaxconn`, 4,096 on Linux. */
const BACKLOG = 4_096;

/** Rejects with the system's error, whose `code` is EADDRINUSE, EACCES, … */
export function listen(
  turn: Turn,
  at: Address,
  options: ListenOptions,
  onPipe: (arrival: Arrival) => void,
): Promise<Listener> {
  const { tls } = options;
  const handshakes = tls === undefined ? undefined : new Handshakes(turn, tls, onPipe);
  const server = createServer({ ...SOCKET_OPTIONS, pauseOnConnect: handshakes === undefined }, (accepted) => {
    if (handshakes !== undefined) handshakes.begin(accepted);
    else arrivePlain(turn, accepted, onPipe);
  });
  return bind(server, at);
}

function bind(server: Server, at: Address): Promise<Listener> {
  const { promise, resolve, reject } = Promise.withResolvers<Listener>();
  // Afterwards too: a failed accept (no descriptors left) is no reason to end.
  server.on('error', reject);
  const place: NodeListenOptions = 'path' in at ? { path: at.path } : { host: at.host, port: at.port };
  server.listen({ ...place, backlog: BACKLOG }, () => {
    resolve({ address: boundAddress(server.address(), at), close: () => closeServer(server) });
  });
  return promise;
}

/** Node's own callback waits for every connection to end; the listening socket itself is closed at once. */
function closeServer(server: Server): Promise<void> {
  server.close();
  return new Promise((closed) => setImmediate(closed));
}

function arrive(raw: Socket, pipe: NodePipe, secure: TlsFacts | undefined, onPipe: (arrival: Arrival) => void): void {
  const remote = { host: plainHost(raw.remoteAddress), port: raw.remotePort ?? 0 };
  const local = { host: plainHost(raw.localAddress), port: raw.localPort ?? 0 };
  pipe.connected(secure);
  onPipe({ pipe: pipe satisfies Pipe, remote, local });
}

function arrivePlain(turn: Turn, accepted: Socket, onPipe: (arrival: Arrival) => void): void {
  const onread = sharedRead(turn.readBuffer, (bytes, count) => pipe.arrived(bytes, count));
  const raw = adopt(accepted, onread);
  const pipe = new NodePipe(turn, raw, raw);
  arrive(raw, pipe, undefined, onPipe);
}

/** Handshakes under way at one listener: bounded in number and in time. */
class Handshakes {
  readonly #turn: Turn;
  readonly #tls: ListenTls;
  readonly #onPipe: (arrival: Arrival) => void;
  readonly #contexts = new ServerContexts();
  #pending = 0;

  constructor(turn: Turn, tls: ListenTls, onPipe: (arrival: Arrival) => void) {
    this.#turn = turn;
    this.#tls = tls;
    this.#onPipe = onPipe;
  }

  begin(raw: Socket): void {
    const { limits, clock, bound } = this.#turn;
    raw.on('error', () => raw.destroy());
    if (this.#pending >= limits.tlsHandshakesPending) {
      bound('tlsHandshakesPending');
      raw.destroy();
      return;
    }
    this.#pending++;
    const timer = clock.after(limits.tlsHandshakeMs, () => {
      bound('tlsHandshakeMs');
      raw.destroy();
    });
    const over = (): void => {
      timer.cancel();
      this.#pending--;
      raw.off('close', over);
    };
    raw.on('close', over);
    this.#handshake(raw, over);
  }

  #handshake(raw: Socket, over: () => void): void {
    const socket = new TLSSocket(raw, {
      ...SOCKET_OPTIONS,
      isServer: true,
      // Where the visitor names no server, `SNICallback` is not asked.
      secureContext: this.#context(undefined) ?? this.#contexts.none,
      SNICallback: (name, found) => {
        const look = (): void => {
          const context = this.#context(name);
          if (context === undefined) found(new Error(`no certificate for ${name}`));
          else found(null, context);
        };
        const coming = this.#tls.coming?.(name);
        if (coming === undefined) look();
        else void coming.then(look);
      },
      ...(this.#tls.alpn.length > 0 ? { ALPNProtocols: [...this.#tls.alpn] } : {}),
    });
    const failed = (): void => {
      raw.destroy();
    };
    socket.on('error', failed);
    socket.on('end', failed);
    socket.once('secure', () => {
      over();
      socket.off('end', failed);
      this.#arrive(raw, socket);
    });
  }

  #arrive(raw: Socket, socket: TLSSocket): void {
    // Keys of agents are bound to the exporter, which only TLS 1.3 makes unique by itself.
    if (socket.alpnProtocol === ALPN_ANPX && socket.getProtocol() !== 'TLSv1.3') {
      raw.destroy();
      return;
    }
    const sni = typeof socket.servername === 'string' ? socket.servername : undefined;
    arrive(raw, new NodePipe(this.#turn, raw, socket), new TlsFacts(socket, sni), this.#onPipe);
  }

  /** Never throws: a throw inside OpenSSL's callback would end the process. */
  #context(serverName: string | undefined) {
    try {
      const certificate = this.#tls.certificate(serverName);
      return certificate === undefined ? undefined : this.#contexts.of(certificate);
    } catch {
      return undefined;
    }
  }
}
