import { connect, createServer, type Socket } from 'node:net';
import type { Ledger } from '../ledger.ts';
import { SOCKET_OPTIONS, sendRst } from '../socket.ts';
import type { Talk } from '../talk.ts';
import { listening, type Peer } from './peer.ts';

/** What a visitor sends first: the number of its conversation. */
export const HEADER_BYTES = 4;

function hear(socket: Socket, talk: Talk, direction: 'up' | 'down'): void {
  const way = talk[direction];
  way.read = true;
  socket.on('end', () => way.end(true));
  socket.on('close', () => way.end(false));
}

function serve(ledger: Ledger, socket: Socket): void {
  let header = Buffer.alloc(0);
  let talk: Talk | undefined;
  socket.on('error', () => {});
  socket.on('data', (bytes: Buffer) => {
    if (talk) return talk.up.take(bytes);
    header = Buffer.concat([header, bytes]);
    if (header.length < HEADER_BYTES) return;
    talk = ledger.arrived(header.readUInt32BE());
    if (!talk) return void sendRst(socket);
    ledger.holds('origin', socket.remotePort, talk);
    hear(socket, talk, 'up');
    if (header.length > HEADER_BYTES) talk.up.take(header.subarray(HEADER_BYTES));
    const source = talk.down.source();
    socket.on('close', () => source.destroy());
    source.pipe(socket);
  });
  // Whoever says nothing, as a probe does, is answered in kind; a number that was cut short is nobody's conversation.
  socket.on('end', () => {
    if (!talk) header.length === 0 ? socket.end() : sendRst(socket);
  });
}

/** A conversation of two streams that end by FIN alone. */
export const tcp: Peer = {
  serve: (ledger) => listening(createServer({ ...SOCKET_OPTIONS }, (socket) => serve(ledger, socket))),

  visit({ port, ledger, talk }) {
    const socket = connect({ host: '127.0.0.1', port, ...SOCKET_OPTIONS });
    const source = talk.up.source();
    socket.on('connect', () => {
      ledger.holds('visitor', socket.localPort, talk);
      const header = Buffer.alloc(HEADER_BYTES);
      header.writeUInt32BE(talk.id);
      socket.write(header);
      source.pipe(socket);
    });
    hear(socket, talk, 'down');
    socket.on('data', (bytes: Buffer) => talk.down.take(bytes));
    socket.on('error', () => {});
    return new Promise((resolve) =>
      socket.on('close', () => {
        source.destroy();
        resolve();
      }),
    );
  },
};
