// A stretch of network under the test's control: it can be cut, and counts what crosses it.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface TestRelay {
  readonly port: number;
  /** Resets every connection, on both sides. */
  cut(): void;
  close(): Promise<void>;
}

export async function startRelay(to: { port: number } | { path: string }): Promise<TestRelay> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  };
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ host: '127.0.0.1', allowHalfOpen: true, ...to });
    keep(near);
    keep(far);
    near.pipe(far);
    far.pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    // A reset must cross as a reset, or a break would look like an end.
    near.on('error', () => resetSocket(far));
    far.on('error', () => resetSocket(near));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      for (const socket of sockets) resetSocket(socket);
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Unix sockets know no reset. */
function resetSocket(socket: Socket): void {
  if (socket.remoteAddress) socket.resetAndDestroy();
  else socket.destroy();
}
