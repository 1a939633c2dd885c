// One real UDP socket of a test, at loopback, where no datagram is lost on the way.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

const HOST = '127.0.0.1';

export class UdpEnd {
  readonly socket: Socket;

  private constructor(socket: Socket) {
    this.socket = socket;
  }

  static async bind(port = 0): Promise<UdpEnd> {
    const socket = createSocket('udp4');
    socket.bind(port, HOST);
    await once(socket, 'listening');
    return new UdpEnd(socket);
  }

  get port(): number {
    return this.socket.address().port;
  }

  send(port: number, bytes: Buffer): void {
    this.socket.send(bytes, port, HOST);
  }

  /** Sends one, and resolves with the next that comes. */
  async ask(port: number, bytes: Buffer): Promise<Buffer> {
    const answer = once(this.socket, 'message');
    this.send(port, bytes);
    return (await answer)[0];
  }

  close(): void {
    this.socket.close();
  }
}
