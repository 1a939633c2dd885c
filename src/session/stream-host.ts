/** What a stream asks of the session it is in. Types only, so that streams and sessions do not import each other. */
import type { Clock } from '../contract/clock.ts';
import type { Defect } from '../contract/defect.ts';
import type { Limits } from '../contract/limits.ts';
import type { SessionStream } from './stream.ts';

export interface StreamHost {
  readonly clock: Clock;
  readonly limits: Limits;
  /** Smoothed round trip, 0 while unknown. */
  readonly rttMs: number;
  /** The credit that the peer has on every stream when it begins. */
  readonly windowBytes: number;
  /** The longest DATA payload that the peer takes and this side sends. */
  readonly dataBytesMax: number;
  /** The link takes nothing for now. */
  readonly blocked: boolean;
  /** Told of what a stream or its pipe threw; the stream has ended for it. */
  readonly defect: Defect;
  /** It has, or may have, something to send. */
  sendable(stream: SessionStream): void;
  /** It owes control frames. */
  owes(stream: SessionStream): void;
  /** The memory of its overflow changed by so many bytes. May reset streams, this one too. */
  overflowed(bytes: number): void;
  /** The peer broke a rule of this stream only. */
  offended(): void;
  /** The peer knows, or will know in time, that it is over. `unsaid`: its OPEN never left. */
  released(stream: SessionStream, unsaid: boolean): void;
  /** Its pipe was let go. */
  gone(stream: SessionStream): void;
}
