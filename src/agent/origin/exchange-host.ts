import type { Clock } from '../../contract/clock.ts';
import type { MessagePipe } from '../../contract/message.ts';
import type { PipeCause } from '../../contract/pipe.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { Meter } from './meter.ts';
import type { Exchange } from './origin.ts';

export interface OriginMessage extends MessagePipe {
  /** A response head, also an interim one, has been read. */
  readonly responded: boolean;
}

/** One exchange's hold on a connection to the origin. When the message is done whoever lent it has it back by itself. */
export interface OriginConnection {
  readonly message: OriginMessage;
  /** It served another exchange before: the origin may have closed it just now, unseen. */
  readonly used: boolean;
  /** The origin takes no more of the request. */
  readonly broken: boolean;
  /** Why the connection broke, if it did. */
  readonly cause: PipeCause | undefined;
  /** The origin has said that it did not look at the request (RFC 9113 §8.7): any method may go again. */
  readonly unseen: boolean;
  /** Of a used one, before the request has left: nothing came unasked. */
  isQuiet(): boolean;
}

/** Where connections come from. `visitor`: whose they are; where that is all the same to the origin, empty. */
export interface Connections {
  /** The origin may say that it did not look at a request, so the beginning of one is kept. */
  readonly mayRefuse: boolean;
  /** A connection at rest, or a new one. `first`: body bytes that are to follow the head. */
  take(visitor: string, first?: readonly Buffer[]): OriginConnection;
  /** A new one. */
  dial(visitor: string): OriginConnection;
}

/** What an exchange asks of its origin. */
export interface ExchangeHost {
  readonly clock: Pick<Clock, 'now'>;
  readonly meter: Meter;
  /** Bytes of a request that are kept to be sent again. */
  readonly replayBytes: number;
  /** From now on the head of the answer is awaited. */
  awaits(exchange: HttpExchange): void;
  awaitsNoMore(exchange: HttpExchange): void;
  ended(exchange: Exchange): void;
  /** Calls it in a later turn. */
  defer(run: () => void): void;
}
