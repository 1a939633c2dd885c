import { createHash, randomBytes } from 'node:crypto';

/** The handshake of RFC 6455 §4, which HTTP/2 has no need of and an HTTP/1 origin insists on. */

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export function webSocketKey(): string {
  return randomBytes(16).toString('base64');
}

export function webSocketAccept(key: string): string {
  return createHash('sha1')
    .update(key + GUID)
    .digest('base64');
}
