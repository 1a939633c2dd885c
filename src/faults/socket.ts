import type { Socket } from 'node:net';

/** Who is not told of an end, because packets were lost, asks after a while. */
export const SOCKET_OPTIONS = { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 2_000 };

/** RST to the peer. While a FIN is on its way out libuv refuses one (EINVAL), and Node would then never close the handle. */
export function sendRst(socket: Socket): void {
  const finLeaves = socket.writableEnded && socket.writableLength === 0 && !socket.writableFinished;
  if (finLeaves && !socket.destroyed) socket.once('finish', () => socket.resetAndDestroy());
  else socket.resetAndDestroy();
}
