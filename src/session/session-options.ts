/** What a session is given, and what it tells. Types only. */
import type { Clock } from '../contract/clock.ts';
import type { Crypto, SigningKey } from '../contract/crypto.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { LimitName, Limits } from '../contract/limits.ts';
import type { Peer } from '../contract/link.ts';
import type { ArenaPool, Pipe } from '../contract/pipe.ts';
import type { StreamCode, StreamHead } from '../contract/stream.ts';
import type { Crc32 } from '../protocol/crc.ts';
import type { Goaway } from '../protocol/goaway.ts';
import type { Welcome } from '../protocol/welcome.ts';
import type { ControlMessage } from './control-message.ts';
import type { Turns } from './turns.ts';

/**
 * Why a session ended. `link`: the link broke or ended. `silent`: nothing was heard for too long. `goaway`: the peer said so.
 * `protocol`: the peer broke the rules. `refused`: one of the two did not accept the other. `local`: this side ended it.
 */
export type EndCause = 'link' | 'silent' | 'goaway' | 'protocol' | 'local' | 'refused';

export interface SessionEnd {
  readonly cause: EndCause;
  /** What the peer said last, or what was said to it. */
  readonly goaway?: Goaway;
  /** The bound that was passed, if it ended for that. */
  readonly limit?: LimitName | undefined;
  /** One line for the log. */
  readonly detail: string;
}

/** Who an agent says it is; of the keys it has proved that it holds them. */
export interface AgentClaim {
  readonly agentKey: Buffer;
  readonly tokenKey: Buffer;
  readonly peer: Peer;
  readonly software: string;
  /** Of its process; undefined from agents that do not say it. */
  readonly run: Buffer | undefined;
}

/** Called from within turns of the reactor, and `closed` also from within calls to `close`. None may throw. */
export interface SessionEvents {
  /** Agent: a refusal of the gateway, decided before the agent's own proof leaves. `bound`: the proof covers this very TLS connection. */
  checkGateway?(claim: {
    readonly publicKey: Buffer;
    readonly peer: Peer;
    readonly bound: boolean;
  }): ErrorCode | undefined;
  /** Gateway: whether to admit an agent whose signatures, also the token's, are verified already. */
  admit?(claim: AgentClaim): Promise<Welcome | Goaway>;
  /** Both sides are known to each other; from now on streams and messages pass. */
  established(welcome: Welcome): void;
  control(message: ControlMessage): void;
  /** The peer opened a stream: the pipe it is to talk to (it may be connecting still), or a refusal. */
  opened(head: StreamHead): Pipe | StreamCode;
  /** The peer will end this session once its streams are over. */
  draining?(goaway: Goaway): void;
  /** Once, and last; every pipe was let go before. */
  closed(end: SessionEnd): void;
}

export interface SessionOptions {
  readonly role: 'gateway' | 'agent';
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly limits: Limits;
  /** Each must hold a whole control frame (`limits.controlFrameBytes`) with its header and CRC; 512 KiB are fast. */
  readonly arenas: ArenaPool;
  /** The gateway's identity, or the agent's own key. */
  readonly key: SigningKey;
  /** Agent: the key whose seed is the token. */
  readonly token?: SigningKey | undefined;
  /** Name and version, for the peer's log. */
  readonly software: string;
  /** Agent: 16 bytes of chance, the same in each session of this process. */
  readonly run?: Buffer | undefined;
  /** Given: each frame is followed by its CRC if the peer wants that too. */
  readonly crc32?: Crc32 | undefined;
  readonly turns: Turns;
  readonly events: SessionEvents;
}

export interface SessionStats {
  /** Smoothed; undefined before the first PONG. */
  readonly rttMs: number | undefined;
  /** Streams that are not wholly over, also those that only wait for the peer to acknowledge a reset. */
  readonly streams: number;
  /** For how long there has been none; 0 while there are some, and before the session is established. */
  readonly idleMs: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Memory that slow pipes cost now. */
  readonly overflowBytes: number;
  /** Streams so far, of both sides. */
  readonly opened: number;
  /** Streams so far that were reset because memory was short. */
  readonly outOfMemory: number;
}
