// Incoming TLS: from an accepted connection to one whose handshake is done, or to none.
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { ALPN_ANPX } from '../../contract/link.ts';
import type { ListenTls } from '../../contract/reactor.ts';
import { ServerContexts } from './certificates.ts';
import { SOCKET_OPTIONS } from './socket.ts';
import type { Turn } from './turn.ts';

/** Handshakes under way at one listener: bounded in number and in time. */
export class Handshakes {
  readonly #turn: Turn;
  readonly #tls: ListenTls;
  readonly #contexts = new ServerContexts();
  #pending = 0;

  constructor(turn: Turn, tls: ListenTls) {
    this.#turn = turn;
    this.#tls = tls;
  }

  /** An error of `raw` must end it. `done` is called when the connection stands, with what carries its bytes. */
  begin(raw: Socket, done: (secured: TLSSocket) => void): void {
    const { limits, clock, bound } = this.#turn;
    const passed = this.#pending >= limits.tlsHandshakesPending ? 'tlsHandshakesPending' : this.#tls.refuses?.();
    if (passed !== undefined) {
      bound(passed);
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
    this.#handshake(raw, over, done);
  }

  #handshake(raw: Socket, over: () => void, done: (secured: TLSSocket) => void): void {
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
        const coming = this.#coming(name);
        if (coming === undefined) look();
        else coming.then(look, look);
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
      // Keys of agents are bound to the exporter, which only TLS 1.3 makes unique by itself.
      if (socket.alpnProtocol === ALPN_ANPX && socket.getProtocol() !== 'TLSv1.3') raw.destroy();
      else done(socket);
    });
  }

  // Neither of these throws: a throw inside OpenSSL's callback would end the process (CVE-2026-21637).

  #coming(serverName: string): Promise<void> | undefined {
    try {
      return this.#tls.coming?.(serverName);
    } catch (error) {
      this.#turn.defect(error);
      return undefined;
    }
  }

  #context(serverName: string | undefined) {
    try {
      const certificate = this.#tls.certificate(serverName);
      return certificate === undefined ? undefined : this.#contexts.of(certificate);
    } catch (error) {
      this.#turn.defect(error);
      return undefined;
    }
  }
}
