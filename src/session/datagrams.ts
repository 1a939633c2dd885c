/**
 * Datagrams of a stream, each in a frame of its own, whole: from the flow that holds them to the outbox, and back. No credit: what finds
 * no room waits in the flow, which drops its oldest, and streams beside it have their turns.
 */
import { DATAGRAM_BYTES_MAX, type DatagramPipe } from '../contract/datagram.ts';
import { type Pipe, RESET } from '../contract/pipe.ts';
import { FRAME, HEADER_BYTES } from '../protocol/frame.ts';
import type { Outbox } from './outbox.ts';
import type { Filled } from './scheduler.ts';

export function isDatagramPipe(pipe: Pipe): pipe is DatagramPipe {
  return 'carries' in pipe && pipe.carries === 'datagrams';
}

/** Moves datagrams into frames, about `bytesMax` bytes of them, headers counted: empty ones are work too. RESET: the flow broke. */
export function sendDatagrams(
  flow: DatagramPipe,
  stream: number,
  outbox: Outbox,
  bytesMax: number,
): Filled | typeof RESET {
  let sent = 0;
  for (;;) {
    if (flow.cause !== undefined) return RESET;
    const { nextBytes } = flow;
    if (nextBytes < 0) return 'dry';
    if (sent > 0 && sent + nextBytes > bytesMax) return 'more';
    if (nextBytes > Math.min(outbox.room(), DATAGRAM_BYTES_MAX)) {
      if (outbox.waiting > 0) return 'room';
      // Not even an empty outbox holds it, so none ever will.
      flow.take(undefined, 0);
      continue;
    }
    flow.take(outbox.arena.bytes, outbox.payloadAt);
    outbox.frame(FRAME.DATAGRAM, stream, nextBytes);
    sent += nextBytes + HEADER_BYTES;
  }
}
