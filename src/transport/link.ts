// What every transport does alike: wait until a dialled pipe is connected, and say who is at its other end.
import { EXPORTER_BYTES, EXPORTER_LABEL, type GatewayTarget, type Link, type Peer } from '../contract/link.ts';
import type { Pipe, PipeCause } from '../contract/pipe.ts';
import { TransportError } from './error.ts';

/** `host:port`, with brackets around IPv6 addresses. */
export function addressText(at: GatewayTarget): string {
  return at.host.includes(':') ? `[${at.host}]:${at.port}` : `${at.host}:${at.port}`;
}

/** The pipe itself, now a link: an object around it would cost a call a read and a write. */
export function linkOf(pipe: Pipe, peer: Peer): Link {
  return Object.assign(pipe, { peer });
}

/** What both ends of the pipe's TLS connection, and nobody between them, know; undefined without TLS. */
export function exporterOf(pipe: Pipe): Buffer | undefined {
  try {
    return pipe.secure?.exporter(EXPORTER_LABEL, EXPORTER_BYTES);
  } catch {
    // It is asked of a connection that has just gone; nothing will be proved over that one.
    return undefined;
  }
}

const SEEN: Record<PipeCause, string> = {
  refused: 'refused the connection',
  unreachable: 'has no route from here',
  timeout: 'did not answer in time',
  dns: 'is no name that resolves',
  tls: 'did not complete the TLS handshake',
  reset: 'broke the connection',
  truncated: 'ended the connection',
  malformed: 'answered with something else',
  defect: 'met a defect of this program',
  local: 'is no longer waited for',
};

/** The error for a pipe that broke before it was a link. */
export function broken(cause: PipeCause | undefined, to: GatewayTarget): TransportError {
  return new TransportError(cause ?? 'reset', `${addressText(to)} ${SEEN[cause ?? 'reset']}.`);
}

/**
 * Resolves with the dialled pipe once it is connected, ownerless and wanting nothing; rejects with a TransportError.
 * How long that may take is said where it is dialled. The signal resets the pipe, with cause `local`.
 */
export function connected(pipe: Pipe, to: GatewayTarget, signal: AbortSignal): Promise<Pipe> {
  const { promise, resolve, reject } = Promise.withResolvers<Pipe>();
  const settle = () => {
    signal.removeEventListener('abort', abort);
    pipe.owner = undefined;
    pipe.want(false, false);
  };
  const abort = () => {
    settle();
    pipe.reset();
    reject(broken('local', to));
  };
  pipe.owner = {
    readable() {
      settle();
      reject(broken(pipe.cause, to));
    },
    writable() {
      settle();
      resolve(pipe);
    },
  };
  if (signal.aborted) abort();
  else {
    signal.addEventListener('abort', abort);
    pipe.want(false, true);
  }
  return promise;
}
