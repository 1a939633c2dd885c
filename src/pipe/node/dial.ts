// Outgoing connections: TCP, Unix sockets, and TLS over them.
import { isIP, Socket } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import type { Timer } from '../../contract/clock.ts';
import { ALPN_ANPX } from '../../contract/link.ts';
import type { Pipe } from '../../contract/pipe.ts';
import type { Address, DialOptions, DialTls } from '../../contract/reactor.ts';
import type { ClientContexts } from '../client-contexts.ts';
import { identityError } from '../server-identity.ts';
import { causeOfDial } from './cause.ts';
import { NodePipe } from './pipe.ts';
import { peerOf, place } from './place.ts';
import { TlsFacts } from './secure.ts';
import { sharedRead } from './shared-read.ts';
import { DIALLED_SOCKET_OPTIONS } from './socket.ts';
import type { Turn } from './turn.ts';

/** Throws for an authority that is no PEM. */
function contextFor(tls: DialTls, contexts: ClientContexts): SecureContext {
  return contexts.of(tls.authorities ?? [], tls.alpn.includes(ALPN_ANPX) ? 'TLSv1.3' : 'TLSv1.2');
}

/** `raw` is connected: only then can OpenSSL work on its descriptor; around one that still connects Node would copy in JavaScript. */
function wrapInTls(raw: Socket, tls: DialTls, context: SecureContext): TLSSocket {
  return connect({
    ...DIALLED_SOCKET_OPTIONS,
    socket: raw,
    // An address is no server name (RFC 6066 §3), but the certificate is still checked against it.
    servername: isIP(tls.serverName) === 0 ? tls.serverName : '',
    host: tls.serverName,
    secureContext: context,
    rejectUnauthorized: tls.verify === 'system',
    checkServerIdentity: identityError,
    ...(tls.alpn.length > 0 ? { ALPNProtocols: [...tls.alpn] } : {}),
  });
}

/** At once, still connecting; whatever is wrong is said through the pipe. */
export function dial(turn: Turn, contexts: ClientContexts, to: Address, options: DialOptions): Pipe {
  const { tls } = options;
  if (tls === undefined) return dialPlain(turn, to, options);
  const raw = new Socket(DIALLED_SOCKET_OPTIONS);
  try {
    const context = contextFor(tls, contexts);
    const secured = { serverName: tls.serverName || undefined, wrap: () => wrapInTls(raw, tls, context) };
    return new Dialling(turn, raw, options, secured).start(to);
  } catch {
    const pipe = new NodePipe(turn, raw, undefined);
    pipe.fail('tls');
    return pipe;
  }
}

/** All plain sockets read into the same memory: one of their own would cost each 64 KiB, one from Node a piece of garbage a read. */
function dialPlain(turn: Turn, to: Address, options: DialOptions): Pipe {
  const onread = sharedRead(turn.readBuffer, (bytes, count) => dialling.hears(bytes, count));
  const raw = new Socket({ ...DIALLED_SOCKET_OPTIONS, onread });
  const dialling = new Dialling(turn, raw, options, undefined);
  return dialling.start(to);
}

interface Secured {
  readonly serverName: string | undefined;
  /** Throws for a name that is none. */
  wrap(): TLSSocket;
}

/** From the first packet until the connection stands: until then every error is one of dialling. */
class Dialling {
  readonly #raw: Socket;
  readonly #pipe: NodePipe;
  readonly #timer: Timer;
  readonly #preamble: DialOptions['preamble'];
  readonly #secured: Secured | undefined;
  #reached = false;

  constructor(turn: Turn, raw: Socket, { timeoutMs, preamble }: DialOptions, secured: Secured | undefined) {
    this.#raw = raw;
    this.#preamble = preamble;
    this.#secured = secured;
    // Before the pipe's own listeners, so that the first cause is this one's.
    raw.on('error', this.#fails);
    // What its owner ends at once must not end the socket before the preamble is said.
    this.#pipe = new NodePipe(turn, raw, secured === undefined && preamble === undefined ? raw : undefined);
    this.#timer = turn.clock.after(timeoutMs, () => this.#pipe.fail('timeout'));
    raw.on('connect', () => this.#reaches());
    raw.on('close', () => this.#timer.cancel());
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

  /** Node has read. */
  hears(bytes: Uint8Array, count: number): void {
    this.#pipe.arrived(bytes, count);
  }

  #reaches(): void {
    this.#reached = true;
    // Given up meanwhile.
    if (this.#pipe.cause !== undefined) return;
    if (this.#preamble !== undefined) this.#raw.write(this.#preamble(peerOf(this.#raw)));
    if (this.#secured === undefined) {
      if (this.#preamble !== undefined) this.#pipe.carry(this.#raw);
      this.#stands(undefined);
      return;
    }
    try {
      this.#handshake(this.#secured);
    } catch {
      this.#pipe.fail('tls');
    }
  }

  #handshake({ wrap, serverName }: Secured): void {
    const stream = wrap();
    stream.on('error', this.#fails).on('end', this.#fails);
    this.#pipe.carry(stream);
    stream.on('secureConnect', () => {
      stream.off('error', this.#fails).off('end', this.#fails);
      this.#stands(new TlsFacts(stream, serverName));
    });
  }

  #stands(secure: TlsFacts | undefined): void {
    this.#timer.cancel();
    this.#raw.off('error', this.#fails);
    this.#pipe.connected(secure);
  }

  readonly #fails = (error?: Error): void => {
    this.#pipe.fail(this.#reached || error === undefined ? 'tls' : causeOfDial(error));
  };
}
