// What is known of a TLS connection after its handshake.
import type { TLSSocket } from 'node:tls';
import type { CertificateFault, Secure } from '../../contract/pipe.ts';
import { faultOf } from '../server-identity.ts';

export class TlsFacts implements Secure {
  readonly alpn: string | undefined;
  readonly sni: string | undefined;
  readonly trusted: boolean;
  readonly #socket: TLSSocket;

  constructor(socket: TLSSocket, sni: string | undefined) {
    this.#socket = socket;
    this.alpn = socket.alpnProtocol || undefined;
    this.sni = sni;
    this.trusted = socket.authorized;
  }

  get fault(): CertificateFault | undefined {
    return faultOf(this.#socket);
  }

  /** Throws once the connection is gone. */
  exporter(label: string, length: number): Buffer {
    return this.#socket.exportKeyingMaterial(length, label, Buffer.alloc(0));
  }
}
