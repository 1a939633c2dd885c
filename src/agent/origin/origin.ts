import type { Clock } from '../../contract/clock.ts';
import type { Limits } from '../../contract/limits.ts';
import type { Pipe, PipeCause } from '../../contract/pipe.ts';
import type { Address, DatagramCall, DialOptions, HostPort } from '../../contract/reactor.ts';
import type { StreamCode, StreamHead } from '../../contract/stream.ts';
import type { HttpServices } from '../../http/connection.ts';
import type { HostHeader } from './host-header.ts';
import type { Introduce } from './introduce.ts';
import type { Meter } from './meter.ts';

/** Reaches the service behind one exposure, and nothing else. */
export interface Origin {
  /**
   * The pipe a stream talks to, at once and still connecting: a `MessagePipe` with the request's head written for `http`, a bare
   * one for `tcp`, a flow for `udp`; whoever calls has checked that the kind is this origin's. It breaks with a cause if the origin cannot be reached. A code: this stream cannot be served.
   */
  open(head: StreamHead): Pipe | StreamCode;
  /** Closes connections at rest and keeps none from now on; those in use end with their streams. */
  close(): void;
}

/** One exchange that is over, for the screen and the log. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** Status of the final answer; undefined if there was none. */
  readonly status: number | undefined;
  /** From OPEN to the end of the answer. */
  readonly ms: number;
  /** Body bytes of the answer that were passed on. */
  readonly bytes: number;
  /** Why the answer is not whole; `local`: the visitor left. */
  readonly cause: PipeCause | undefined;
}

/** What origins are made from. */
export interface OriginParts {
  readonly dial: (to: Address, options: DialOptions) => Pipe;
  readonly callDatagrams: (to: HostPort) => DatagramCall;
  /** Two connected ends inside this process, for origins that live in it. */
  readonly pair: () => [Pipe, Pipe];
  readonly clock: Clock;
  readonly limits: Limits;
  readonly http: HttpServices;
  readonly hostHeader: HostHeader;
  /** Undefined: connections say nothing of whose they are, and serve one visitor after the other. */
  readonly introduce: Introduce | undefined;
  /** Directories: serve files whose names begin with a dot. */
  readonly hidden: boolean;
  /** Counts what passes. */
  readonly meter: Meter;
  /** Told of each exchange that ends. */
  readonly ended?: ((exchange: Exchange) => void) | undefined;
}
