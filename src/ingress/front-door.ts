import type { Destination } from '../contract/exposure.ts';
import { ALPN_ANPX } from '../contract/link.ts';
import type { Arrival, DatagramSocket, Listener } from '../contract/reactor.ts';
import type { HttpServices } from '../http/connection.ts';
import type { Gate } from './gate.ts';
import { VisitorConnection } from './http1/connection.ts';
import { Http2Connection } from './http2/connection.ts';
import { admitTcp } from './tcp.ts';
import { UdpPort } from './udp.ts';

/** The name of HTTP/2 over TLS (RFC 9113 §3.2). */
export const ALPN_HTTP2 = 'h2';

/** Who arrived, and to whom it is handed: by ALPN, by the first bytes, or by the port. Owns no listeners. */
export class FrontDoor {
  readonly #gate: Gate;
  readonly #http: HttpServices;

  constructor(gate: Gate, http: HttpServices) {
    this.#gate = gate;
    this.#http = http;
  }

  /** A port without TLS: visitors, agents at the reserved path and, if the gate is insecure, agents by their preface. */
  plain(arrival: Arrival): void {
    this.#visitor(arrival, undefined);
  }

  /** A port with TLS, for visitors and agents. */
  secure(arrival: Arrival): void {
    const alpn = arrival.pipe.secure?.alpn;
    if (alpn === ALPN_HTTP2) {
      const visitor = new Http2Connection(this.#gate, arrival, this.#http, undefined);
      if (this.#gate.enter(visitor)) visitor.start();
      else arrival.pipe.reset();
    } else if (alpn === ALPN_ANPX) {
      this.#gate.guard(
        () => this.#gate.options.onAgent(arrival),
        () => arrival.pipe.reset(),
      );
    } else this.#visitor(arrival, undefined);
  }

  /** The port of one exposure. */
  port(arrival: Arrival, kind: 'http' | 'tcp', destination: () => Destination): void {
    if (kind === 'tcp') admitTcp(this.#gate, arrival, destination);
    else this.#visitor(arrival, destination);
  }

  /** The port of one UDP exposure, open already. */
  datagrams(socket: DatagramSocket, destination: () => Destination): Listener {
    return new UdpPort(this.#gate, socket, destination);
  }

  #visitor(arrival: Arrival, fixed: (() => Destination) | undefined): void {
    const visitor = new VisitorConnection(this.#gate, arrival, this.#http, fixed, (pipe) => {
      const http2 = new Http2Connection(this.#gate, { ...arrival, pipe }, this.#http, fixed);
      this.#gate.replace(visitor, http2);
      http2.start();
    });
    if (this.#gate.enter(visitor)) visitor.start();
    else arrival.pipe.reset();
  }
}
