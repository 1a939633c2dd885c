import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Ledger } from '../ledger.ts';
import { SOCKET_OPTIONS, sendRst } from '../socket.ts';
import type { Talk } from '../talk.ts';
import { BINARY, CLOSE, FrameReader, frameHead } from './frame-reader.ts';
import { listening, type Peer } from './peer.ts';

/** RFC 6455 §1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Says its direction in frames with a Close frame behind, and hears the other. Without a Close frame no end is clean (1006). */
function converse(socket: Socket, talk: Talk, says: 'up' | 'down'): FrameReader {
  const hears = talk[says === 'up' ? 'down' : 'up'];
  const masked = says === 'up';
  hears.read = true;
  const reader = new FrameReader({
    payload: (bytes) => hears.take(bytes),
    closed: () => hears.end(true),
  });
  const source = talk[says].source((length) => frameHead(BINARY, length, masked), frameHead(CLOSE, 0, masked));
  socket.on('close', () => {
    hears.end(false);
    source.destroy();
  });
  source.pipe(socket);
  return reader;
}

function serve(ledger: Ledger, id: string, key: string, socket: Socket, early: Buffer): void {
  const talk = ledger.arrived(Number(id));
  socket.on('error', () => {});
  if (!talk) return void sendRst(socket);
  const accept = createHash('sha1')
    .update(key + GUID)
    .digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  const reader = converse(socket, talk, 'down');
  reader.take(early);
  socket.on('data', (bytes: Buffer) => reader.take(bytes));
}

/** Messages of up to 64 KiB both ways at once, each direction closed by itself. */
export const websocket: Peer = {
  serve(ledger) {
    const server = createServer();
    server.on('upgrade', (asked, socket, early) =>
      serve(ledger, asked.url!.slice(1), asked.headers['sec-websocket-key']!, socket as Socket, early),
    );
    return listening(server);
  },

  visit({ port, host, talk }) {
    const socket = connect({ host: '127.0.0.1', port, ...SOCKET_OPTIONS });
    const key = randomBytes(16).toString('base64');
    socket.write(
      `GET /${talk.id} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    let head = Buffer.alloc(0);
    let reader: FrameReader | undefined;
    socket.on('error', () => {});
    socket.on('end', () => reader ?? socket.end());
    socket.on('data', (bytes: Buffer) => {
      if (reader) return reader.take(bytes);
      head = Buffer.concat([head, bytes]);
      const end = head.indexOf('\r\n\r\n') + 4;
      if (end < 4) return;
      if (!head.toString('latin1').startsWith('HTTP/1.1 101 ')) return void socket.destroy();
      reader = converse(socket, talk, 'up');
      reader.take(head.subarray(end));
    });
    return new Promise((resolve) => socket.on('close', () => resolve()));
  },
};
