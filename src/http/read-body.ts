import { type Arena, END, RESET, TRAILERS } from '../contract/pipe.ts';
import type { BodyReader } from './body-reader.ts';
import type { Connection } from './connection.ts';

/** `readBody`: the connection ended inside the body. */
export const CUT = -5;
/** `readBody`: the framing of the body is not legal; see the reader's `fault`. */
export const FAULTY = -6;

/**
 * Reads body bytes of one message into the arena, without their framing. Returns their number (at most `max`), 0 for nothing
 * now, TRAILERS or END when the body is whole, RESET if the pipe is broken, CUT or FAULTY.
 */
export function readBody(connection: Connection, reader: BodyReader, into: Arena, at: number, max: number): number {
  while (!reader.done) {
    if (reader.fault !== undefined) return FAULTY;
    const got = connection.read(into, at, reader.most(max));
    if (got === 0 || got === RESET) return got;
    if (got === END) {
      if (reader.pipeEnded()) break;
      return CUT;
    }
    reader.decode(into.bytes, at, got);
    if (reader.done) connection.unread(into.bytes, at + reader.used, got - reader.used);
    if (reader.out > 0) return reader.out;
    if (!reader.settled && !connection.more) return 0;
  }
  return reader.trailers.length > 0 ? TRAILERS : END;
}
