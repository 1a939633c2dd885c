// The handshake and the frames of WebSocket, as bytes.
import { createHash } from 'node:crypto';
import { head } from './plays.ts';

export const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
export const ACCEPT = createHash('sha1').update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
/** The visitor's handshake. */
export const ask = (...fields: readonly string[]) =>
  head(
    'GET /ws HTTP/1.1',
    'Host: $HOST',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${KEY}`,
    ...fields,
  );
/** The origin's. */
export const agree = (...fields: readonly string[]) =>
  head(
    'HTTP/1.1 101 Switching Protocols',
    'Connection: Upgrade',
    'Upgrade: websocket',
    `Sec-WebSocket-Accept: ${ACCEPT}`,
    ...fields,
  );

/** A frame as RFC 6455 5.2 has it; a visitor's are masked. */
export function frame(opcode: number, payload: Buffer, masked: boolean, rsv1 = false): Buffer {
  const { length } = payload;
  const size =
    length < 126
      ? [length]
      : length < 65_536
        ? [126, length >> 8, length & 255]
        : [127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255];
  const start = Buffer.from([0x80 | (rsv1 ? 0x40 : 0) | opcode, ...size]);
  if (!masked) return Buffer.concat([start, payload]);
  start[1]! |= 0x80;
  const mask = Buffer.from([0x12, 0x34, 0x56, 0x78]);
  return Buffer.concat([start, mask, payload.map((byte, at) => byte ^ mask[at % 4]!)]);
}
