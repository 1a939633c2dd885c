import type { StreamCode } from './stream.ts';

/** `Pipe.read`: the other side has ended its direction and every byte before that has been read. */
export const END = -1;
/** `Pipe.read` and `Pipe.write`: the pipe is broken, see `cause`; unread bytes may be lost. */
export const RESET = -2;
/** `MessagePipe.read`: no bytes, but a head is now in `head`. */
export const HEAD = -3;
/** `MessagePipe.read`: no bytes, but trailers are now in `trailers`; END follows. */
export const TRAILERS = -4;

/** A fixed block of memory, allocated once, that bytes are moved through. */
export interface Arena {
  readonly bytes: Buffer;
  /** Bytes in the block. */
  readonly size: number;
}

/** Lends the large arenas of links, so that an idle session holds none. */
export interface ArenaPool {
  borrow(): Arena;
  giveBack(arena: Arena): void;
}

/** Why a pipe broke. `local`: this side reset or closed it. `defect`: its owner threw. */
export type PipeCause =
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'dns'
  | 'tls'
  | 'reset'
  | 'truncated'
  | 'malformed'
  | 'defect'
  | 'local';

/** Whoever moves a pipe's bytes. Called from the reactor's turn, never from inside a call to the pipe. */
export interface PipeOwner {
  /** Bytes, END or RESET can be read. */
  readable(): void;
  /** The pipe takes bytes again. On a dialled pipe the first call also says that it is connected. */
  writable(): void;
}

/** Why a certificate did not verify, and what it says of itself. */
export interface CertificateFault {
  /** OpenSSL's name for it. */
  readonly reason: string;
  /** Wall-clock milliseconds; NaN where it does not say. */
  readonly from: number;
  readonly until: number;
  /** Its alternative names as OpenSSL writes them: `DNS:a.example, IP Address:192.0.2.1`. */
  readonly names: string;
}

/** What is known of a pipe's TLS, once the handshake is done. */
export interface Secure {
  readonly alpn: string | undefined;
  readonly sni: string | undefined;
  /** True if the peer's certificate verified against the trusted authorities for the asked name (dialled pipes). */
  readonly trusted: boolean;
  /** Why it did not. */
  readonly fault?: CertificateFault | undefined;
  /** RFC 8446 §7.5 keying material: equal on both ends of one TLS connection, and on no other. */
  exporter(label: string, length: number): Buffer;
}

/** Bytes that may wait for several pipes together, beyond the least that each may have: those of one visitor's connection. */
export interface WindowShare {
  /** Up to `bytes`, as many as are left. */
  take(bytes: number): number;
  giveBack(bytes: number): void;
}

/**
 * One end of an ordered byte stream. Readiness-style: it owns no buffers that grow; the owner is told and moves bytes itself.
 *
 * Rules every reactor keeps (`pipe.suite.ts` tests them):
 * - A new pipe wants nothing. `want` says which readiness the owner is told of; telling is level-triggered: it is repeated,
 *   each time from a later turn, while the wish stands and there is something to read, or room to write.
 * - A break is told once through `readable` whatever is wanted; after that `read` and `write` answer RESET.
 * - After `reset` or `close` the owner hears nothing more. Both may be called twice and in any state.
 */
export interface Pipe {
  owner: PipeOwner | undefined;
  /** Moves up to `max` (≥ 1) bytes into the arena. Returns their number, 0 for nothing now, END or RESET. */
  read(into: Arena, at: number, max: number): number;
  /** A hint: another `read` right now could give something. False only when it surely could not. */
  readonly more: boolean;
  /** Takes 0 to `length` bytes out of the arena and keeps no reference to it. 0: wait for `writable`. RESET: broken. */
  write(from: Arena, at: number, length: number): number;
  /** FIN after everything written. Reading goes on. */
  end(): void;
  /** Both directions are over, and the other side sees an abort (RST). `code` says why, for pipes that can tell it on. */
  reset(code?: StreamCode): void;
  /** Both directions are over and resources are freed; what was written before `end` still leaves. Without `end` it is an abort. */
  close(): void;
  want(read: boolean, write: boolean): void;
  readonly cause: PipeCause | undefined;
  /** Present once a TLS handshake has finished. */
  readonly secure?: Secure | undefined;
  /** Absent: how much may wait for this pipe is nobody else's business. */
  readonly share?: WindowShare | undefined;
}
