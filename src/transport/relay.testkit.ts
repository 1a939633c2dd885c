// A stretch of network under the test's control: it can be cut.
import { connect, createServer, type Socket } from 'node:net';
import { holdServer } from './held-server.testkit.ts';

export interface TestRelay {
  readonly port: number;
  /** Resets every connection, on both sides. */
  cut(): void;
  close(): Promise<void>;
}

export async function startRelay(to: { port: number } | { path: string }): Promise<TestRelay> {
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ host: '127.0.0.1', allowHalfOpen: true, ...to });
    holder.hold(far);
    near.pipe(far);
    far.pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    // A reset must cross as a reset, or a break would look like an end.
    near.on('error', () => resetSocket(far));
    far.on('error', () => resetSocket(near));
  });
  const holder = await holdServer(server);
  return {
    port: holder.port,
    cut: () => {
      for (const socket of holder.held) resetSocket(socket);
    },
    close: holder.close,
  };
}

/** Unix sockets know no reset. */
function resetSocket(socket: Socket): void {
  if (socket.remoteAddress) socket.resetAndDestroy();
  else socket.destroy();
}
