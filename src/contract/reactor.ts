import type { Clock } from './clock.ts';
import type { Defect } from './defect.ts';
import type { Introduction } from './introduction.ts';
import type { LimitName } from './limits.ts';
import type { Pipe, PipeCause } from './pipe.ts';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Where to listen or dial: a TCP address, or a Unix socket's path. Port 0 asks for a free one when listening. */
export type Address = HostPort | { readonly path: string };

/** PEM texts. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface ListenTls {
  /** The certificate for a server name (undefined: none was sent), looked up for each handshake; must not throw. Undefined refuses the handshake. */
  certificate(serverName: string | undefined): Certificate | undefined;
  /**
   * A certificate for this server name is on its way: the handshake waits for this, within its time, and then looks up. Bounded by
   * whoever gives it; must not throw, must not reject.
   */
  coming?(serverName: string): Promise<void> | undefined;
  /** Asked before each handshake: the bound for which none is begun now. */
  refuses?(): LimitName | undefined;
  /** In order of preference; a peer that offers ALPN but none of these is refused. */
  readonly alpn: readonly string[];
}

export interface ListenOptions {
  readonly tls?: ListenTls | undefined;
  /** Whose connections are introduced, and how. Whoever arrives has been. */
  readonly introduction?: Introduction | undefined;
}

/** Who arrived. With TLS, `pipe.secure` is there already: `onPipe` is called after the handshake. */
export interface Arrival {
  readonly pipe: Pipe;
  /** Whose connection it is: of the peer, or of whom an introduction named. */
  readonly remote: HostPort;
  readonly local: HostPort;
  /** The peer, where it introduced somebody else. */
  readonly introducer?: HostPort | undefined;
}

export interface Listener {
  /** The address bound, with the real port. */
  readonly address: Address;
  /** Stops accepting; pipes that came go on. */
  close(): Promise<void>;
}

export interface DialTls {
  readonly serverName: string;
  readonly alpn: readonly string[];
  /** `system`: verify; the handshake fails if it does not. `report`: finish anyway and say so in `secure.trusted`. */
  readonly verify: 'system' | 'report';
  /** Further authorities (PEM) to trust. */
  readonly authorities?: readonly string[] | undefined;
}

export interface DialOptions {
  readonly tls?: DialTls | undefined;
  /** What is said first, before TLS too, once the connection stands; `to`: the peer's address, where it has one. */
  readonly preamble?: ((to: HostPort | undefined) => Uint8Array) | undefined;
  /** Connecting, with the handshake, may take this long; then RESET with cause `timeout`. */
  readonly timeoutMs: number;
}

/** A UDP socket. Nothing is repeated, and what cannot leave at once is dropped; `onDrop` is told of each. */
export interface DatagramSocket {
  /** The address bound, with the real port. */
  readonly address: Address;
  /** `bytes` are the socket's again when it returns. */
  onMessage: ((bytes: Buffer, from: HostPort) => void) | undefined;
  onDrop: (() => void) | undefined;
  /** Keeps no reference to `bytes`. */
  send(bytes: Buffer, to: HostPort): void;
  close(): void;
}

/** A UDP socket of one flow: it hears nobody but the one it talks to. */
export interface DatagramCall {
  onMessage: ((bytes: Buffer) => void) | undefined;
  onDrop: (() => void) | undefined;
  /** The other end has no address; nothing is heard after it. That nobody listens there is no break: somebody may, soon. */
  onBreak: ((cause: PipeCause) => void) | undefined;
  /** Keeps no reference to `bytes`. */
  send(bytes: Buffer): void;
  close(): void;
}

/** Makes pipes and says when a turn ends. */
export interface Reactor {
  readonly name: 'node' | 'linux' | 'memory';
  readonly clock: Clock;
  /** Rejects with a `SystemError`-like error whose `code` is EADDRINUSE, EACCES, … */
  listen(at: Address, options: ListenOptions, onPipe: (arrival: Arrival) => void): Promise<Listener>;
  /** At once, still connecting: no promise a stream. `localhost` tries every address it resolves to. */
  dial(to: Address, options: DialOptions): Pipe;
  /** Rejects as `listen` does. */
  datagrams(at: HostPort): Promise<DatagramSocket>;
  /** At once; what is sent before the address is known waits, as far as a few datagrams go. */
  callDatagrams(to: HostPort): DatagramCall;
  /** Asks that the end of this turn be announced. */
  schedule(): void;
  /** Called at the end of a turn that was scheduled, in order: links are written here. */
  readonly onTurn: (() => void)[];
  /** Told of what owners, timers and turns throw. */
  readonly defect: Defect;
}
