// An agent's side of the WebSocket written byte by byte, so that it can break every rule.
import { connect, type Socket } from 'node:net';
import { LINK_PATH } from '../contract/link.ts';
import { SUBPROTOCOL } from './websocket-link.ts';

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const FIELDS: Readonly<Record<string, string>> = {
  Host: 'gate.example',
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  'Sec-WebSocket-Protocol': SUBPROTOCOL,
};

/** A right handshake; `changes` replaces fields, or leaves them out. */
export function upgradeText(changes: Readonly<Record<string, string | undefined>> = {}, method = 'GET'): string {
  const fields = Object.entries({ ...FIELDS, ...changes }).filter(([, value]) => value !== undefined);
  return `${method} ${LINK_PATH} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

export interface FrameShape {
  readonly final?: boolean;
  readonly masked?: boolean;
}

/** RFC 6455 §5.2, with a mask of zeros. */
export function frame(opcode: number, payload: Buffer, { final = true, masked = true }: FrameShape = {}): Buffer {
  const extended = payload.length < 126 ? 0 : payload.length < 65_536 ? 2 : 8;
  const header = Buffer.alloc(2 + extended + (masked ? 4 : 0));
  header[0] = opcode | (final ? 0x80 : 0);
  header[1] = (masked ? 0x80 : 0) | (extended === 0 ? payload.length : extended === 2 ? 126 : 127);
  if (extended === 2) header.writeUInt16BE(payload.length, 2);
  if (extended === 8) header.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([header, payload]);
}

/** Connects and sends what it is given. Errors are the business of the other side. */
export function rawClient(port: number, ...sent: (string | Buffer)[]): Socket {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  socket.on('error', () => {});
  socket.resume();
  for (const bytes of sent) socket.write(bytes);
  return socket;
}

/** Resolves when the connection is over, however. */
export function gone(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.on('close', () => resolve()));
}

/** Everything the other side says until it ends. */
export async function allFrom(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
  });
  await gone(socket);
  return text;
}
