// The beginning of a connection that is a pipe already.
import { END, type Pipe, RESET } from '../contract/pipe.ts';
import type { Arrival, HostPort } from '../contract/reactor.ts';
import { makeArena } from './arena.ts';
import type { Introductions } from './introductions.ts';

/** What one call takes at most. */
const TAKEN_MAX = 512;
/** Bytes are taken out of it before anybody else puts some in. */
const scratch = makeArena(TAKEN_MAX);

/** Hands the arrival on with whom its introduction named, or not at all. */
export function introduce(introductions: Introductions, arrival: Arrival, onPipe: (arrival: Arrival) => void): void {
  const { pipe, remote } = arrival;
  const stranger = introductions.begin(remote, {
    take: (max) => take(pipe, max),
    refuse: () => pipe.reset(),
    introduced: (visitor) => {
      pipe.want(false, false);
      pipe.owner = undefined;
      onPipe(introducedAs(visitor, arrival));
    },
  });
  pipe.owner = { readable: () => stranger.look(), writable: () => {} };
  pipe.want(true, false);
}

export function introducedAs(visitor: HostPort | undefined, arrival: Arrival): Arrival {
  return visitor === undefined ? arrival : { ...arrival, remote: visitor, introducer: arrival.remote };
}

function take(pipe: Pipe, max: number): Buffer | undefined | 'end' {
  const count = pipe.read(scratch, 0, Math.min(max, TAKEN_MAX));
  if (count === END || count === RESET) return 'end';
  return count === 0 ? undefined : Buffer.from(scratch.bytes.subarray(0, count));
}
