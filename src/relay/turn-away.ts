import type { Link } from '../contract/link.ts';
import type { ArenaPool } from '../contract/pipe.ts';
import { FRAME, HEADER_BYTES, writeHeader } from '../protocol/frame.ts';
import { encodeGoaway, type Goaway } from '../protocol/goaway.ts';
import { encodePreface } from '../protocol/preface.ts';

/**
 * Says GOAWAY in the place of HELLO and closes: no session, no keys, no memory for a peer that comes when there are too many.
 * What the link does not take at once is not said; the peer then sees only the end.
 */
export function turnAway(link: Link, goaway: Goaway, arenas: ArenaPool): void {
  const arena = arenas.borrow();
  const at = encodePreface(arena.bytes, 0, arena.size);
  const length = encodeGoaway(goaway, arena.bytes, at + HEADER_BYTES, arena.size - at - HEADER_BYTES);
  writeHeader(arena.bytes, at, length, FRAME.GOAWAY, 0);
  link.write(arena, 0, at + HEADER_BYTES + length);
  arenas.giveBack(arena);
  link.end();
  link.close();
}
