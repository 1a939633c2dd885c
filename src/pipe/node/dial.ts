// Outgoing connections: TCP, Unix sockets, and TLS over them.
import { isIP, type LookupFunction, Socket, type SocketConnectOpts } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { Timer } from '../../contract/clock.ts';
import { ALPN_ANPX } from '../../contract/link.ts';
import type { Pipe } from '../../contract/pipe.ts';
import type { Address, DialOptions, DialTls } from '../../contract/reactor.ts';
import { causeOfDial } from './cause.ts';
import type { ClientContexts } from './certificates.ts';
import { NodePipe } from './pipe.ts';
import { TlsFacts } from './secure.ts';
import { SOCKET_OPTIONS } from './socket.ts';
import type { Turn } from './turn.ts';

/** RFC 6761 §6.3: these names are loopback, whatever the resolver says; development servers listen on one of the two only. */
const lookupLoopback: LookupFunction = (_name, options, found) => {
  const both = [
    { address: '::1', family: 6 },
    { address: '127.0.0.1', family: 4 },
  ];
  if (options.all) found(null, both);
  else found(null, '127.0.0.1', 4);
};

function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

function place(to: Address): SocketConnectOpts {
  if ('path' in to) return { path: to.path };
  const lookup = isLoopbackName(to.host) ? { lookup: lookupLoopback } : {};
  return { host: to.host, port: to.port, autoSelectFamily: true, ...lookup };
}

function wrapInTls(raw: Socket, tls: DialTls, contexts: ClientContexts): TLSSocket {
  return connect({
    ...SOCKET_OPTIONS,
    socket: raw,
    // An address is no server name (RFC 6066 §3), but the certificate is still checked against it.
    servername: isIP(tls.serverName) === 0 ? tls.serverName : '',
    host: tls.serverName,
    secureContext: contexts.of(tls.authorities ?? [], tls.alpn.includes(ALPN_ANPX) ? 'TLSv1.3' : 'TLSv1.2'),
    rejectUnauthorized: tls.verify === 'system',
    ...(tls.alpn.length > 0 ? { ALPNProtocols: [...tls.alpn] } : {}),
  });
}

/** At once, still connecting; whatever is wrong is said through the pipe. */
export function dial(turn: Turn, contexts: ClientContexts, to: Address, options: DialOptions): Pipe {
  const raw = new Socket(SOCKET_OPTIONS);
  const { tls } = options;
  if (tls === undefined) return new Dialling(turn, raw, raw, options).start(to);
  try {
    return new Dialling(turn, raw, wrapInTls(raw, tls, contexts), options).start(to);
  } catch {
    // An authority that is no PEM, a name that is none.
    const pipe = new NodePipe(turn, raw, raw);
    pipe.fail('tls');
    return pipe;
  }
}

/** From the first packet until the connection stands: until then every error is one of dialling. */
class Dialling {
  readonly #raw: Socket;
  readonly #stream: Socket;
  readonly #pipe: NodePipe;
  readonly #timer: Timer;
  readonly #serverName: string | undefined;
  #reached = false;

  constructor(turn: Turn, raw: Socket, stream: Socket, options: DialOptions) {
    this.#raw = raw;
    this.#stream = stream;
    this.#serverName = options.tls?.serverName || undefined;
    // Before the pipe's own listeners, so that the first cause is this one's.
    raw.on('error', this.#fails);
    if (stream !== raw) stream.on('error', this.#fails).on('end', this.#fails);
    this.#pipe = new NodePipe(turn, raw, stream);
    this.#timer = turn.clock.after(options.timeoutMs, () => this.#pipe.fail('timeout'));
    raw.on('connect', () => this.#reaches());
    raw.on('close', () => this.#timer.cancel());
    stream.on('secureConnect', () => this.#stands(new TlsFacts(stream as TLSSocket, this.#serverName)));
  }

  start(to: Address): NodePipe {
    try {
      this.#raw.connect(place(to));
    } catch {
      // A port that is none.
      this.#pipe.fail('unreachable');
    }
    return this.#pipe;
  }

  #reaches(): void {
    this.#reached = true;
    if (this.#stream === this.#raw) this.#stands(undefined);
  }

  #stands(secure: TlsFacts | undefined): void {
    this.#timer.cancel();
    this.#raw.off('error', this.#fails);
    this.#stream.off('error', this.#fails).off('end', this.#fails);
    this.#pipe.connected(secure);
  }

  readonly #fails = (error?: Error): void => {
    this.#pipe.fail(this.#reached || error === undefined ? 'tls' : causeOfDial(error));
  };
}
