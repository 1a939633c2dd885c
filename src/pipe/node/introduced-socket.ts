// The beginning of a connection on which TLS is to follow. What is not taken stays in the socket, where TLS finds it.
import type { Socket } from 'node:net';
import type { HostPort } from '../../contract/reactor.ts';
import type { Introductions } from '../introductions.ts';

/** Calls `go` once the socket has been introduced; otherwise it is reset. */
export function introduceSocket(
  introductions: Introductions,
  raw: Socket,
  from: HostPort,
  go: (visitor: HostPort | undefined) => void,
): void {
  let ended = false;
  const stranger = introductions.begin(from, {
    take: (max) => (raw.read(max) as Buffer | null) ?? (ended ? 'end' : undefined),
    refuse: () => {
      raw.resetAndDestroy();
    },
    introduced: (visitor) => {
      raw.off('readable', look).off('end', end).off('close', end);
      go(visitor);
    },
  });
  const look = (): void => stranger.look();
  const end = (): void => {
    ended = true;
    look();
  };
  raw.on('readable', look).on('end', end).on('close', end);
}
