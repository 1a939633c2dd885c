// WebSocket over TLS at the reserved path: for networks that let only HTTPS out, directly, through a proxy of theirs, or with
// a reverse proxy before the gateway. Agents' side; the gateway's is `websocket-accept.ts`.
//
// The exporter in `peer` is that of this connection's own TLS. Whether it is signed too is for the gateway to say in its HELLO
// (`exporterBound`): behind nginx, TLS ends before the gateway, which then binds nothing.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { type GatewayTarget, LINK_PATH, type Link, type Transport } from '../contract/link.ts';
import type { CertificateFault, PipeCause } from '../contract/pipe.ts';
import { PipeDuplex, PipeError } from '../pipe/duplex.ts';
import { TransportError } from './error.ts';
import { throughProxy } from './http-connect.ts';
import { addressText, broken, connected, exporterOf } from './link.ts';
import type { TransportOptions } from './options.ts';
import { type ForwardProxy, proxyFor } from './proxy.ts';
import { secured } from './tls-over-stream.ts';
import { SUBPROTOCOL, socketBounds, WebSocketLink } from './websocket-link.ts';

/** Bytes to and from the gateway, on which the WebSocket is opened. */
export interface Way {
  readonly stream: Duplex;
  readonly exporter: Buffer | undefined;
  readonly trusted: boolean;
  readonly fault: CertificateFault | undefined;
}

export function webSocketTransport(options: TransportOptions): Transport {
  return {
    name: 'ws',
    async dial(target, signal) {
      const proxy = proxyFor(target, options.environment);
      const way = proxy ? await proxiedWay(options, proxy, target, signal) : await directWay(options, target, signal);
      return new Opening(way, target, options).link(signal);
    },
  };
}

async function directWay(options: TransportOptions, target: GatewayTarget, signal: AbortSignal): Promise<Way> {
  const { reactor, limits, insecure, authorities } = options;
  const tls = { serverName: target.host, alpn: ['http/1.1'], verify: 'report', authorities } as const;
  const dialled = reactor.dial(target, { tls: insecure ? undefined : tls, timeoutMs: limits.linkConnectMs });
  const pipe = await connected(dialled, target, signal);
  return {
    stream: new PipeDuplex(pipe),
    exporter: exporterOf(pipe),
    trusted: pipe.secure?.trusted ?? false,
    fault: pipe.secure?.fault,
  };
}

async function proxiedWay(
  options: TransportOptions,
  proxy: ForwardProxy,
  target: GatewayTarget,
  signal: AbortSignal,
): Promise<Way> {
  const { pipe, initial } = await throughProxy(options, proxy, target, signal);
  const stream = new PipeDuplex(pipe, { initial });
  if (options.insecure) return { stream, exporter: undefined, trusted: false, fault: undefined };
  return secured(stream, target, options, signal);
}

/** A WebSocket's opening handshake, until it is a link. */
class Opening {
  readonly #way: Way;
  readonly #target: GatewayTarget;
  readonly #options: TransportOptions;
  readonly #done = Promise.withResolvers<Link>();

  constructor(way: Way, target: GatewayTarget, options: TransportOptions) {
    this.#way = way;
    this.#target = target;
    this.#options = options;
  }

  async link(signal: AbortSignal): Promise<Link> {
    const fail = (cause: PipeCause) => this.#done.reject(broken(cause, this.#target));
    const abort = () => fail('local');
    const { reactor, limits } = this.#options;
    if (signal.aborted) abort();
    const socket = this.#open();
    const timer = reactor.clock.after(limits.linkConnectMs, () => fail('timeout'));
    signal.addEventListener('abort', abort);
    socket.on('open', () => this.#done.resolve(this.#linkOver(socket)));
    socket.on('unexpected-response', (_, response) => this.#refused(response));
    // Stays for good: `ws` reports errors of an abandoned handshake too, and an error nobody listens to ends the process.
    socket.on('error', (error) => fail(causeOf(error)));
    try {
      return await this.#done.promise;
    } catch (error) {
      socket.terminate();
      this.#way.stream.destroy();
      throw error;
    } finally {
      timer.cancel();
      signal.removeEventListener('abort', abort);
    }
  }

  #open(): WebSocket {
    const { insecure, limits } = this.#options;
    const url = `${insecure ? 'ws' : 'wss'}://${addressText(this.#target)}${LINK_PATH}`;
    const options = {
      createConnection: () => this.#way.stream as Socket,
      ...socketBounds(limits),
      // Masks keep scripts in browsers from writing what a plaintext intermediary takes for HTTP (RFC 6455 §10.3). Inside TLS
      // none sees the bytes, and no stranger chooses them: a mask of zeros is legal and spares a pass over every byte.
      ...(insecure ? {} : { generateMask: () => {} }),
    };
    return new WebSocket(url, [SUBPROTOCOL], options);
  }

  #linkOver(socket: WebSocket): Link {
    const { reactor, limits } = this.#options;
    const { stream, exporter, trusted, fault } = this.#way;
    const peer = { address: addressText(this.#target), transport: 'ws', exporter, trusted, fault };
    return new WebSocketLink(socket, { stream, limits, clock: reactor.clock, peer });
  }

  #refused(response: IncomingMessage): void {
    const seen = `${addressText(this.#target)} answered the upgrade with ${response.statusCode}.`;
    this.#done.reject(new TransportError('refused', seen));
  }
}

/** A broken pipe says why; ECONNRESET otherwise is Node's `socket hang up`, an answer that never came. */
function causeOf(error: Error): PipeCause {
  if (error instanceof PipeError) return error.reason;
  return 'code' in error && error.code === 'ECONNRESET' ? 'truncated' : 'malformed';
}
