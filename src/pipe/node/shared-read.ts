// Sockets that read into one and the same memory. Knows what Node has to be told for that; refuses to know what becomes of the bytes.
import { type OnReadOpts, Socket } from 'node:net';
import { SOCKET_OPTIONS } from './socket.ts';

/** `hear` gets the bytes where they lie: they are read over as soon as it returns. */
export function sharedRead(memory: Buffer, hear: (bytes: Uint8Array, count: number) => void): OnReadOpts {
  const callback = (count: number, bytes: Uint8Array): boolean => {
    hear(bytes, count);
    return true;
  };
  return { buffer: memory, callback };
}

/** What an accepted socket keeps its connection in. */
interface Holder {
  _handle?: { readonly useUserBuffer?: unknown } | null;
}

/**
 * The connection of `accepted`, which must be paused since it came, in a socket that reads as `onread` says. Only a socket that Node
 * dials can be told so; an accepted one gets 64 KiB of fresh memory for each read, which is half of what an upload costs. Where there
 * is no handle to take, `accepted` itself is the answer, and it reads as Node likes.
 */
export function adopt(accepted: Socket, onread: OnReadOpts): Socket {
  const holder = accepted as unknown as Holder;
  const handle = holder._handle;
  if (!handle?.useUserBuffer) return accepted.resume();
  holder._handle = null;
  // The types know only handles that wait to be connected.
  return new Socket({ ...SOCKET_OPTIONS, handle: handle as never, onread });
}
