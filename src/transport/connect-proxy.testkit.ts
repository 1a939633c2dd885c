// A small HTTP proxy that knows CONNECT, as companies put one before the internet. It resolves every name to this machine.
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Certificate } from '../contract/reactor.ts';
import { type HeldServer, holdServer } from './held-server.testkit.ts';

export interface TestProxy {
  readonly port: number;
  /** The authorities asked for, in order. */
  readonly asked: readonly string[];
  /** Ends every tunnel abruptly, on both sides. */
  cut(): void;
  close(): Promise<void>;
}

export interface TestProxyOptions {
  /** `user:password` that must be given, else 407. */
  readonly credentials?: string;
  /** Answers every CONNECT with these bytes, and nothing else. */
  readonly answer?: string;
  /** Never answers. */
  readonly silent?: boolean;
  /** Speaks TLS itself. */
  readonly certificate?: Certificate;
}

export async function startProxy(options: TestProxyOptions = {}): Promise<TestProxy> {
  const asked: string[] = [];
  const server: Server = options.certificate ? createTlsServer(options.certificate) : createServer();
  const holder = await holdServer(server);
  server.on('connect', (request: IncomingMessage, near: Duplex, head: Buffer) => {
    asked.push(request.url ?? '');
    near.on('error', () => {});
    if (options.silent) return;
    const wrong = options.credentials && request.headers['proxy-authorization'] !== basic(options.credentials);
    const refusal = wrong ? 'HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n' : options.answer;
    if (refusal !== undefined) near.end(refusal);
    else passOn(near, head, Number(request.url?.split(':').at(-1)), holder);
  });
  return {
    port: holder.port,
    asked,
    cut: () => {
      for (const socket of holder.held) socket.destroy();
    },
    close: holder.close,
  };
}

function basic(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

function passOn(near: Duplex, head: Buffer, port: number, holder: HeldServer): void {
  const far = connect({ host: '127.0.0.1', port });
  holder.hold(far);
  far.on('error', () => near.destroy());
  far.on('close', () => near.destroy());
  near.on('close', () => far.destroy());
  far.on('connect', () => {
    near.write('HTTP/1.1 200 Connection established\r\nVia: 1.1 suite\r\n\r\n');
    far.write(head);
    near.pipe(far);
    far.pipe(near);
  });
}
