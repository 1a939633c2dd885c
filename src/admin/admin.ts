/**
 * The operator's side of a gateway: one listener on TCP, one on a Unix socket. Wires the parts of this folder, and ends them.
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LISTEN_ERROR, TunnelError } from '../contract/errors.ts';
import type { Limits } from '../contract/limits.ts';
import type { Store } from '../contract/store.ts';
import type { Tries } from '../contract/tries.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { AdminToken } from './admin-token.ts';
import { Guard } from './guard.ts';
import type { AdminApi } from './routes.ts';
import { makeServer } from './server.ts';
import { type HeldSocket, listenAtSocket } from './unix-socket.ts';

export interface AdminOptions {
  readonly api: AdminApi;
  readonly settings: Store['settings'];
  readonly metrics: Metrics;
  readonly log: Log;
  /** Of the admin token. */
  readonly tries: Tries;
  readonly limits: Limits;
  /** Where to listen on TCP; port 0 asks for a free one. */
  readonly at: { readonly host: string; readonly port: number };
  /** Where to listen on this machine; given up when the admin listeners end. */
  readonly socket: HeldSocket;
}

export interface Admin {
  /** As bound, with the real port. */
  readonly address: { readonly host: string; readonly port: number };
  /** Ends both listeners and every connection; the socket's file goes with them. */
  close(): Promise<void>;
}

/**
 * Listens at both places.
 * Rejects with TunnelError: TK-4005 in use, TK-4006 not permitted, TK-8001 the socket cannot be made, TK-5002 no such address.
 */
export async function makeAdmin(options: AdminOptions): Promise<Admin> {
  const { api, tries, metrics, log, limits, at } = options;
  const token = new AdminToken(options.settings);
  const routes = { api, token, tries, metrics, limits, log };
  const local = makeServer(
    async () => (await import('./routes.ts')).socketRoutes(routes),
    new Guard(undefined),
    limits,
    metrics,
  );
  const remote = makeServer(
    async () => (await import('./routes.ts')).tcpRoutes(routes),
    new Guard(at.host),
    limits,
    metrics,
  );
  await listenAtSocket(local, options.socket);
  try {
    await listenAtAddress(remote, at);
  } catch (error) {
    await end(local);
    throw error;
  }
  const { port } = remote.address() as AddressInfo;
  return {
    address: { host: at.host, port },
    async close() {
      await Promise.all([end(local), end(remote)]);
    },
  };
}

async function listenAtAddress(server: Server, at: { readonly host: string; readonly port: number }): Promise<void> {
  try {
    server.listen({ host: at.host, port: at.port });
    await once(server, 'listening');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const seen = `admin listener ${at.host}:${at.port}: ${code}.`;
    throw new TunnelError(LISTEN_ERROR[code] ?? 'TK-5002', seen, { cause: error });
  }
}

async function end(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
