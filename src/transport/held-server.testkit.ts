// A listening server whose connections a test holds: closing it leaves none behind, whenever they came.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

export interface HeldServer {
  readonly port: number;
  /** A connection made elsewhere that belongs to this server's, and ends with it. */
  hold(socket: Socket): void;
  readonly held: ReadonlySet<Socket>;
  close(): Promise<void>;
}

/** Listens at a free port of this machine. */
export async function holdServer(server: Server): Promise<HeldServer> {
  const held = new Set<Socket>();
  let closed = false;
  const hold = (socket: Socket) => {
    socket.on('error', () => {});
    // The kernel may hand over one that waited while the others were destroyed.
    if (closed) socket.destroy();
    else held.add(socket);
    socket.on('close', () => held.delete(socket));
  };
  server.prependListener('connection', hold);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    hold,
    held,
    close: () => {
      closed = true;
      for (const socket of held) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A port where each connection is treated as the test says. */
export function scriptedServer(onConnection: (socket: Socket) => void): Promise<HeldServer> {
  return holdServer(createServer(onConnection));
}
